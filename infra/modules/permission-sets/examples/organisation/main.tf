# Engineers read prod; the on-call group may open sessions there.

module "permission_sets" {
  source = "../.."

  instance_arn = "arn:aws:sso:::instance/ssoins-0123456789abcdef"

  assignments = [
    { group_id = "11111111-2222-3333-4444-555555555555", permission_set = "Engineer", account_id = "666666666666" },
    { group_id = "99999999-2222-3333-4444-555555555555", permission_set = "Operator", account_id = "666666666666" },
  ]
}
