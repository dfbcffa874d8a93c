locals {
  account_name = "prod"
  account_id   = "666666666666"
  environment  = "prod"
  owner        = "platform"
  data_class   = "phi"
}
