const secret = "hQ7bZk20vLr8TzY2bWcD";
