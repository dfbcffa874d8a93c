locals {
  account_name = "shared"
  account_id   = "333333333333"
  environment  = "shared"
  owner        = "platform"
  data_class   = "internal"
}
