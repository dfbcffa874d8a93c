locals {
  account_name = "log-archive"
  account_id   = "111111111111"
  environment  = "log-archive"
  owner        = "security"
  data_class   = "audit"
}
