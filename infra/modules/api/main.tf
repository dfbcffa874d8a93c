data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  # Aliases, so that a rollout moves what answers here too.
  functions = { for name, route in var.routes : name => "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${route.function}:${route.alias}" }


  body = {
    openapi = "3.0.1"
    info    = { title = var.name, version = "1" }

    paths = { for name, route in var.routes : route.path => {
      x-amazon-apigateway-any-method = {
        operationId = name
        security    = route.authorisation == "cognito" ? [{ people = sort(tolist(route.scopes)) }] : [{ identities = [] }]
        responses   = {}
        parameters  = strcontains(route.path, "{proxy+}") ? [{ name = "proxy", in = "path", required = true, schema = { type = "string" } }] : []
        x-amazon-apigateway-integration = {
          type                 = "aws_proxy"
          httpMethod           = "POST"
          payloadFormatVersion = "1.0"
          timeoutInMillis      = 29000
          uri                  = "arn:${local.partition}:apigateway:${local.region}:lambda:path/2015-03-31/functions/${local.functions[name]}/invocations"
        }
      }
    } }

    components = {
      securitySchemes = merge(
        length(var.user_pool_arns) == 0 ? {} : {
          people = {
            type                         = "apiKey"
            name                         = "Authorization"
            in                           = "header"
            x-amazon-apigateway-authtype = "cognito_user_pools"
            x-amazon-apigateway-authorizer = {
              type         = "cognito_user_pools"
              providerARNs = sort(var.user_pool_arns)
            }
          }
        },
        {
          identities = {
            type                         = "apiKey"
            name                         = "Authorization"
            in                           = "header"
            x-amazon-apigateway-authtype = "awsSigv4"
          }
        },
      )
    }

    # What a client sees when nothing answered: no internals.
    x-amazon-apigateway-gateway-responses = {
      DEFAULT_4XX = { responseTemplates = { "application/json" = "{\"message\":$context.error.messageString,\"requestId\":\"$context.requestId\"}" } }
      DEFAULT_5XX = { responseTemplates = { "application/json" = "{\"message\":\"It is not answered now\",\"requestId\":\"$context.requestId\"}" } }
    }
  }
}

resource "aws_api_gateway_rest_api" "this" {
  name                         = var.name
  description                  = "What clients of ${var.domain} reach"
  body                         = jsonencode(local.body)
  disable_execute_api_endpoint = true
  put_rest_api_mode            = "overwrite"
  tags                         = var.tags

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers    = { body = sha256(jsonencode(local.body)) }

  lifecycle {
    create_before_destroy = true
  }
}

# Shown to functions and load balancers behind it: the call comes from here.
resource "aws_api_gateway_client_certificate" "this" {
  description = var.name
  tags        = var.tags
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id           = aws_api_gateway_rest_api.this.id
  deployment_id         = aws_api_gateway_deployment.this.id
  stage_name            = "v1"
  xray_tracing_enabled  = true
  client_certificate_id = aws_api_gateway_client_certificate.this.id
  cache_cluster_enabled = false
  tags                  = var.tags

  # Neither query nor body: both may hold health information.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this.arn
    format = jsonencode({
      requestId = "$context.requestId"
      time      = "$context.requestTime"
      method    = "$context.httpMethod"
      route     = "$context.resourcePath"
      status    = "$context.status"
      latencyMs = "$context.responseLatency"
      caller    = "$context.identity.userArn"
      subject   = "$context.authorizer.claims.sub"
      sourceIp  = "$context.identity.sourceIp"
      tls       = "$context.identity.clientCert.serialNumber"
      waf       = "$context.wafResponseCode"
    })
  }

  depends_on = [aws_api_gateway_account.this, aws_cloudwatch_log_group.execution]
}

resource "aws_api_gateway_method_settings" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    logging_level                              = "INFO"
    metrics_enabled                            = true
    data_trace_enabled                         = false
    throttling_rate_limit                      = var.rate_limit
    throttling_burst_limit                     = var.burst_limit
    caching_enabled                            = false
    cache_data_encrypted                       = true
    require_authorization_for_cache_control    = true
    unauthorized_cache_control_header_strategy = "FAIL_WITH_403"
  }
}

resource "aws_lambda_permission" "this" {
  for_each = var.routes

  statement_id   = "${var.name}-${each.key}"
  action         = "lambda:InvokeFunction"
  principal      = "apigateway.${local.suffix}"
  function_name  = each.value.function
  qualifier      = each.value.alias
  source_account = local.account_id
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/*/*/*"
}

resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = aws_api_gateway_stage.this.arn
  web_acl_arn  = var.web_acl_arn
}
