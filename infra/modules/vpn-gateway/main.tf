# A site's network by two tunnels. Routes are learnt by BGP, so that the second
# tunnel takes over alone.
resource "aws_vpn_gateway" "this" {
  amazon_side_asn = tostring(var.amazon_side_asn)
  tags            = merge(var.tags, { Name = var.name })
}

resource "aws_vpn_gateway_attachment" "this" {
  vpc_id         = var.vpc_id
  vpn_gateway_id = aws_vpn_gateway.this.id
}

resource "aws_vpn_gateway_route_propagation" "this" {
  for_each = var.private_route_table_ids

  route_table_id = each.value
  vpn_gateway_id = aws_vpn_gateway_attachment.this.vpn_gateway_id
}

resource "aws_customer_gateway" "this" {
  type       = "ipsec.1"
  ip_address = var.peer.ip_address
  bgp_asn    = tostring(var.peer.bgp_asn)
  tags       = merge(var.tags, { Name = var.name })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/vpn/${var.name}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_vpn_connection" "this" {
  type                  = "ipsec.1"
  customer_gateway_id   = aws_customer_gateway.this.id
  vpn_gateway_id        = aws_vpn_gateway.this.id
  static_routes_only    = false
  preshared_key_storage = "SecretsManager"
  tags                  = merge(var.tags, { Name = var.name })

  tunnel1_ike_versions                    = ["ikev2"]
  tunnel1_phase1_encryption_algorithms    = ["AES256-GCM-16"]
  tunnel1_phase1_integrity_algorithms     = ["SHA2-384", "SHA2-512"]
  tunnel1_phase1_dh_group_numbers         = [19, 20, 21]
  tunnel1_phase1_lifetime_seconds         = 28800
  tunnel1_phase2_encryption_algorithms    = ["AES256-GCM-16"]
  tunnel1_phase2_integrity_algorithms     = ["SHA2-384", "SHA2-512"]
  tunnel1_phase2_dh_group_numbers         = [19, 20, 21]
  tunnel1_phase2_lifetime_seconds         = 3600
  tunnel1_dpd_timeout_action              = "restart"
  tunnel1_enable_tunnel_lifecycle_control = true

  tunnel1_log_options {
    cloudwatch_log_options {
      log_enabled       = true
      log_group_arn     = aws_cloudwatch_log_group.this.arn
      log_output_format = "json"
    }
  }

  tunnel2_ike_versions                    = ["ikev2"]
  tunnel2_phase1_encryption_algorithms    = ["AES256-GCM-16"]
  tunnel2_phase1_integrity_algorithms     = ["SHA2-384", "SHA2-512"]
  tunnel2_phase1_dh_group_numbers         = [19, 20, 21]
  tunnel2_phase1_lifetime_seconds         = 28800
  tunnel2_phase2_encryption_algorithms    = ["AES256-GCM-16"]
  tunnel2_phase2_integrity_algorithms     = ["SHA2-384", "SHA2-512"]
  tunnel2_phase2_dh_group_numbers         = [19, 20, 21]
  tunnel2_phase2_lifetime_seconds         = 3600
  tunnel2_dpd_timeout_action              = "restart"
  tunnel2_enable_tunnel_lifecycle_control = true

  tunnel2_log_options {
    cloudwatch_log_options {
      log_enabled       = true
      log_group_arn     = aws_cloudwatch_log_group.this.arn
      log_output_format = "json"
    }
  }
}

# The least of both tunnels: one that is down is told before the other is.
resource "aws_cloudwatch_metric_alarm" "tunnel" {
  alarm_name          = "${var.name}-tunnel-down"
  alarm_description   = "A tunnel to the site is down. The other carries what there is; look at the log of the tunnels."
  namespace           = "AWS/VPN"
  metric_name         = "TunnelState"
  dimensions          = { VpnId = aws_vpn_connection.this.id }
  statistic           = "Minimum"
  period              = 300
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
