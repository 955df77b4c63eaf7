# The region is not taken from the log group's ARN: with a dependency on it, the log group too would be created before
# the old one is destroyed, as the policies below are, and two log groups of one name cannot be.
data "aws_region" "this" {}

locals {
  role_arn  = var.role == null ? aws_iam_role.this[0].arn : var.role.arn
  role_name = var.role == null ? aws_iam_role.this[0].name : reverse(split("/", var.role.arn))[0]

  # Its word in provider 5 is name, in provider 6 region; either is deprecated or missing in the other.
  region = one(distinct([for attribute, value in data.aws_region.this : value if contains(["name", "region"], attribute)]))

  # "aws", its region and account, as every ARN of the function begins.
  partition = split(":", local.role_arn)[1]
  place     = "${local.region}:${split(":", local.role_arn)[4]}"
}

# Role and policies are created before the old ones are destroyed, and so destroyed when the function no longer needs
# them: it keeps writing its log while the role is replaced, and keeps its permissions until it has left its VPC.
resource "aws_iam_role" "this" {
  count = var.role == null ? 1 : 0

  # A prefix, because roles are global and functions are not: the same name in two regions must give two roles.
  # 38 characters is the longest prefix the provider takes.
  name_prefix          = "${substr(var.name, 0, 37)}-"
  description          = "What the Lambda function ${var.name} may do."
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })

  lifecycle {
    create_before_destroy = true
  }
}

# Traces are allowed here too, because whether they are wanted may be unknown at plan, and whether a policy exists may
# not.
resource "aws_iam_role_policy" "logs" {
  count = var.role == null ? 1 : 0

  name = "logs"
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:${local.place}:log-group:/aws/lambda/${var.name}:*"
      }],
      var.tracing_mode == "Active" ? [{
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = "*" # X-Ray has no resource to name
      }] : [],
    )
  })

  lifecycle {
    create_before_destroy = true
  }
}

# Not AWSLambdaVPCAccessExecutionRole, which also lets Lambda make the log group again when it has been destroyed.
resource "aws_iam_role_policy" "network" {
  count = var.role == null && var.vpc_config != null ? 1 : 0

  name = "network"
  role = aws_iam_role.this[0].name

  # Lambda makes and removes the interfaces with the function's role; the function's own code need not be able to
  # (Lambda guide, "Giving Lambda functions access to resources in an Amazon VPC").
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      },
      {
        Effect = "Deny"
        Action = [
          "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
        Condition = {
          ArnEquals = { "lambda:SourceFunctionArn" = "arn:${local.partition}:lambda:${local.place}:function:${var.name}" }
        }
      },
    ]
  })

  lifecycle {
    create_before_destroy = true
  }
}

# The resource is the file system, of which only the access point is known here (EFS guide, "Using access points in IAM
# policies").
resource "aws_iam_role_policy" "file_system" {
  count = var.role == null && var.file_system_config != null ? 1 : 0

  name = "file-system"
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Resource  = replace(var.file_system_config.arn, "/access-point/.*$/", "file-system/*")
      Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = var.file_system_config.arn } }
    }]
  })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role_policy" "statements" {
  count = length(var.policy_statements) > 0 ? 1 : 0

  name = "statements"
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for sid, statement in var.policy_statements : {
      for element, value in {
        Sid       = sid
        Effect    = statement.effect
        Action    = statement.actions
        Resource  = statement.resources
        Condition = length(statement.condition) > 0 ? statement.condition : null
      } : element => value if value != null
    }]
  })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(nonsensitive(keys(var.policy_arns)))

  role       = aws_iam_role.this[0].name
  policy_arn = var.policy_arns[each.key]

  lifecycle {
    create_before_destroy = true
  }
}
