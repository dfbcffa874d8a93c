organisation    = "careplane"
organisation_id = "o-a1b2c3d4e5"
account_id      = "666666666666"
environment     = "prod"

# Who wears the role careplane-deploy: here administrators of the management account.
deployers = {
  account_id = "777777777777"
  role_arn   = "arn:aws:iam::777777777777:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AdministratorAccess_*"
}
