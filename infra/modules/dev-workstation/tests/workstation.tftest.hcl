variables {
  image_id                   = "ami-0123456789abcdef0"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  subnet_ids                 = ["subnet-00000000", "subnet-00000001"]
  endpoint_security_group_id = "sg-00000000"
  s3_prefix_list_id          = "pl-00000000"
  people                     = { ada = {}, grace = { instance_type = "m7i.xlarge", disk_gib = 120 } }
}

run "a_machine_for_each_person_that_nobody_else_reaches" {
  command = plan

  assert {
    condition     = { for person, machine in aws_instance.this : person => [machine.subnet_id, machine.instance_type, one(machine.root_block_device).volume_size] } == { ada = ["subnet-00000000", "t3.large", 60], grace = ["subnet-00000001", "m7i.xlarge", 120] }
    error_message = "Everybody has a machine as asked for, spread over subnets."
  }

  assert {
    condition     = alltrue([for machine in aws_instance.this : machine.associate_public_ip_address == false && one(machine.metadata_options).http_tokens == "required" && one(machine.root_block_device).encrypted])
    error_message = "No machine has a public address, open metadata or a plain disk."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.elsewhere) == 0 && aws_vpc_security_group_egress_rule.endpoints.from_port == 443
    error_message = "A machine reaches AWS's endpoints, and nothing that was not declared."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.person.json).Statement :
      strcontains(jsonencode(statement.Condition), "aws:PrincipalTag/Person") if contains(["OwnMachine", "OwnSession"], statement.Sid)
    ])
    error_message = "A person starts and opens the own machine alone."
  }

  assert {
    condition     = jsondecode(aws_ssm_document.session.content).inputs.cloudWatchEncryptionEnabled && jsondecode(aws_ssm_document.session.content).inputs.cloudWatchLogGroupName == aws_cloudwatch_log_group.sessions.name
    error_message = "Sessions are logged, encrypted."
  }

  assert {
    condition     = length(jsondecode(aws_scheduler_schedule.stop.target[0].input).InstanceIds) == 2 && endswith(aws_scheduler_schedule.stop.target[0].arn, ":ec2:stopInstances")
    error_message = "All machines are stopped at night."
  }
}

run "the_internet_and_odd_names_are_refused" {
  command = plan

  variables {
    image_id     = "latest"
    people       = { "Ada Lovelace" = {} }
    egress_cidrs = { everything = { cidr = "0.0.0.0/0", port = 443 } }
  }

  expect_failures = [var.image_id, var.people, var.egress_cidrs]
}
