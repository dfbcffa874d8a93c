# The call: it says the facts twice and takes the incident for whoever presses 1.
# The function's ARN is spelt, since the function names the flow.
locals {
  function_arn = "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${local.caller}"
}

resource "aws_connect_contact_flow" "this" {
  instance_id = var.connect.instance_id
  name        = local.caller
  description = "Says an alarm and takes it"
  type        = "CONTACT_FLOW"
  content     = templatefile("${path.module}/templates/flow.json.tftpl", { function_arn = local.function_arn })
  tags        = var.tags
}

resource "aws_connect_lambda_function_association" "this" {
  instance_id  = var.connect.instance_id
  function_arn = aws_lambda_function.this.arn
}

resource "aws_lambda_permission" "connect" {
  statement_id  = "connect"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "connect.${local.suffix}"
  source_arn    = local.instance_arn
}
