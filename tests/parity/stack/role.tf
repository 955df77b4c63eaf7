data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "table" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = ["arn:aws:dynamodb:*:*:table/${var.name}"]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["a", "b*"]
    }
  }
}

resource "aws_iam_policy" "this" {
  for_each = toset(["boundary", "table"])

  name        = "${var.name}-${each.key}"
  description = "The ${each.key} of ${var.name}"
  policy      = data.aws_iam_policy_document.table.json
}

resource "aws_iam_role" "function" {
  name                 = var.name
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = aws_iam_policy.this["boundary"].arn
}

resource "aws_iam_role_policy" "table" {
  name   = "table"
  role   = aws_iam_role.function.name
  policy = data.aws_iam_policy_document.table.json
}

resource "aws_iam_role_policy_attachment" "own" {
  role       = aws_iam_role.function.name
  policy_arn = aws_iam_policy.this["table"].arn
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
}
