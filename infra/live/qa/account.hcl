locals {
  account_name = "qa"
  account_id   = "555555555555"
  environment  = "qa"
  owner        = "platform"
  data_class   = "test"
}
