# The security account administers detection, Macie too.

module "delegated_administration" {
  source = "../.."

  administrator_account_id = "222222222222"
  regions                  = ["us-east-1", "us-west-2"]
  macie                    = true
}
