from notifications_python_client.notifications import NotificationsAPIClient

client = NotificationsAPIClient(KEY, base_url="https://api.notification.canada.ca")
