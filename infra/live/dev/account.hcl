locals {
  account_name = "dev"
  account_id   = "444444444444"
  environment  = "dev"
  owner        = "platform"
  data_class   = "test"
}
