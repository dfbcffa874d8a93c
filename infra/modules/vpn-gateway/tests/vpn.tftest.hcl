variables {
  name                    = "office"
  vpc_id                  = "vpc-00000000"
  private_route_table_ids = { a = "rtb-00000000", b = "rtb-00000001" }
  peer                    = { ip_address = "192.0.2.10", bgp_asn = 65010 }
  kms_key_arn             = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
}

run "two_tunnels_of_current_algorithms_and_learnt_routes" {
  command = plan

  assert {
    condition = alltrue([
      for tunnel in [aws_vpn_connection.this.tunnel1_phase2_encryption_algorithms, aws_vpn_connection.this.tunnel2_phase2_encryption_algorithms] :
      tunnel == toset(["AES256-GCM-16"])
    ])
    error_message = "Both tunnels carry AES-256-GCM alone."
  }

  assert {
    condition     = aws_vpn_connection.this.preshared_key_storage == "SecretsManager" && aws_vpn_connection.this.static_routes_only == false
    error_message = "The tunnels' keys are in no state, and routes are learnt."
  }

  assert {
    condition     = toset([for table in aws_vpn_gateway_route_propagation.this : table.route_table_id]) == toset(["rtb-00000000", "rtb-00000001"])
    error_message = "The private tier alone learns the way to the site."
  }
}

run "addresses_and_numbers_are_looked_at" {
  command = plan

  variables {
    peer            = { ip_address = "office.example.com", bgp_asn = 65010 }
    amazon_side_asn = 7224
  }

  expect_failures = [var.peer, var.amazon_side_asn]
}
