locals {
  account_name = "security"
  account_id   = "222222222222"
  environment  = "security"
  owner        = "security"
  data_class   = "audit"
}
