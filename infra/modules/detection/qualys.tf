# Qualys reads the inventory by a role of its connector, and nothing else.
resource "aws_iam_role" "qualys" {
  count = var.qualys == null ? 0 : 1

  name                 = "qualys-connector"
  description          = "Qualys reads the inventory of this account"
  assume_role_policy   = data.aws_iam_policy_document.qualys[0].json
  max_session_duration = 3600
  tags                 = var.tags
}

data "aws_iam_policy_document" "qualys" {
  count = var.qualys == null ? 0 : 1

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${var.qualys.account_id}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.qualys.external_id]
    }
  }
}

resource "aws_iam_role_policy_attachment" "qualys" {
  count = var.qualys == null ? 0 : 1

  role       = aws_iam_role.qualys[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/SecurityAudit"
}
