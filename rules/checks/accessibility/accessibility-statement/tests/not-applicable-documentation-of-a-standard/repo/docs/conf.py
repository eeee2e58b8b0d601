project = "Tides"
