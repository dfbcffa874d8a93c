locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "tools" {
  source = "${get_repo_root()}/infra/stacks/tools"
  path   = "tools"

  values = {
    people               = { "first.engineer" = {}, "second.engineer" = {} }
    workstation_image_id = "ami-0123456789abcdef0"
    # The services of the shared account, by its load balancers.
    workstation_egress_cidrs = { tools = { cidr = "10.30.0.0/16", port = 443 } }

    site            = "office"
    site_peer       = { ip_address = "192.0.2.10", bgp_asn = 65010 }
    amazon_side_asn = 64530

    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path     = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"
    secrets_path     = "${get_repo_root()}/infra/live/shared/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/secrets"
    secret_key_path  = "${get_repo_root()}/infra/live/shared/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/key"

    account                  = local.account.environment
    domain                   = "tools.${local.organisation.domain}"
    organisation_id          = local.organisation.organisation_id
    client_cidrs             = ["10.0.0.0/8"]
    sign_in_prefix           = "careplane-tools-telehealth"
    log_bucket               = "${local.organisation.name}-access-logs-${local.account.account_id}"
    archive_bucket           = local.organisation.log_archive_bucket
    archive_account_id       = local.organisation.accounts.log_archive
    load_balancer_log_bucket = "${local.organisation.name}-tools-lb-access-logs-${local.account.account_id}"
    tool_database            = { instance_class = "db.t4g.medium", multi_az = true, storage_gb = 20, max_storage_gb = 200 }

    file_buckets = {
      openproject = "${local.organisation.name}-openproject-${local.account.account_id}"
      mattermost  = "${local.organisation.name}-mattermost-${local.account.account_id}"
    }

    # What you built and pushed, by digest: the makers' images with the certificates
    # of RDS as /etc/ssl/certs/rds.pem.
    image_digests = {
      sonarqube   = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
      openproject = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
      mattermost  = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    }

    cidr         = "10.30.0.0/16"
    vpn_image_id = "ami-0123456789abcdef1"

    # In the public subnets, by zone letter; addresses are theirs for good.
    vpn_machines = {
      vpn-a = { place = "a", address = "10.30.64.10", public = true, hostname = "vpn-a.tools.${local.organisation.domain}", data_gib = 20 }
      vpn-b = { place = "b", address = "10.30.65.10", public = true, hostname = "vpn-b.tools.${local.organisation.domain}", data_gib = 20 }
    }

    # Jitsi behind HAProxy: who stands where, by zone letter and address.
    meetings = {
      host_name     = "meet.${local.organisation.domain}"
      public_ranges = { a = "10.30.64.0/24", b = "10.30.65.0/24", c = "10.30.66.0/24" }
      image_ids     = { haproxy = "ami-0123456789abcdef2", core = "ami-0123456789abcdef3", bridge = "ami-0123456789abcdef4" }

      entrances = {
        haproxy-a = { place = "a", address = "10.30.0.20", public = false }
        haproxy-b = { place = "b", address = "10.30.16.20", public = false }
      }

      cores = {
        jitsi-a = { place = "a", address = "10.30.0.30", public = false }
        jitsi-b = { place = "b", address = "10.30.16.30", public = false }
      }

      bridges = {
        jvb-a = { place = "a", address = "10.30.64.40", always = true }
        jvb-b = { place = "b", address = "10.30.65.40", always = true }
        jvb-c = { place = "c", address = "10.30.66.40", always = false }
      }
    }

    # Who is mailed when a quality gate changes: of some projects, or of all.
    developers = {
      "first.engineer@example.com"  = { projects = [] }
      "second.engineer@example.com" = { projects = ["claims-api"] }
    }
  }
}
