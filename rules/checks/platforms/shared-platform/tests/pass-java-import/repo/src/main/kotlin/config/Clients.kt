package config

import uk.gov.service.notify.NotificationClient
