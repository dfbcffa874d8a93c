locals {
  account_name = "management"
  account_id   = "777777777777"
  environment  = "management"
  owner        = "security"
  data_class   = "audit"
}
