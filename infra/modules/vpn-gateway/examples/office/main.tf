# An office reaches the private subnets.

module "vpn_gateway" {
  source = "../.."

  name                    = "office"
  vpc_id                  = "vpc-00000000"
  private_route_table_ids = { a = "rtb-00000000", b = "rtb-00000001" }
  peer                    = { ip_address = "192.0.2.10", bgp_asn = 65010 }
  kms_key_arn             = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alarm_topic_arns        = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}
