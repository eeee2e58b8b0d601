fee = 600
