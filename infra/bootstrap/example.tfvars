organisation = "careplane"
account_id   = "666666666666"
environment  = "prod"
