# modules/log-bucket alone.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "123456789012"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::orders-logs"
    }
  }
}

variables {
  name = "orders-logs"
}

run "defaults" {
  module {
    source = "./modules/log-bucket"
  }

  assert {
    condition     = output.bucket == "orders-logs" && output.bucket_arn == "arn:aws:s3:::orders-logs"
    error_message = "The bucket has the name it was given."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0] == {
      Sid       = "LogDelivery"
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = ["arn:aws:s3:::orders-logs/AWSLogs/123456789012/*", "arn:aws:s3:::orders-logs/*/AWSLogs/123456789012/*"]
    }
    error_message = "Log delivery writes for this account's load balancers, under any prefix: ${aws_s3_bucket_policy.this.policy}"
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement[1] == {
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::orders-logs", "arn:aws:s3:::orders-logs/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }
    error_message = "Nobody speaks to the bucket without TLS: ${aws_s3_bucket_policy.this.policy}"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "Nothing here is public, whoever may try."
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.this.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "The log files are the bucket's owner's."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "Load balancers write to buckets with S3's own keys only."
  }

  assert {
    condition     = one(one(aws_s3_bucket_lifecycle_configuration.this.rule).expiration).days == 90 && !aws_s3_bucket.this.force_destroy
    error_message = "A log file stays for 90 days, and a bucket that has any stays too."
  }
}

run "other_accounts_and_prefixes" {
  module {
    source = "./modules/log-bucket"
  }

  variables {
    account_ids    = ["111111111111", "222222222222"]
    prefixes       = ["", "production/orders"]
    retention_days = 1
    force_destroy  = true
    tags           = { owner = "me" }
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Resource == [
      "arn:aws:s3:::orders-logs/AWSLogs/111111111111/*",
      "arn:aws:s3:::orders-logs/AWSLogs/222222222222/*",
      "arn:aws:s3:::orders-logs/production/orders/AWSLogs/111111111111/*",
      "arn:aws:s3:::orders-logs/production/orders/AWSLogs/222222222222/*",
    ]
    error_message = "These accounts under these prefixes, and no other: ${aws_s3_bucket_policy.this.policy}"
  }

  assert {
    condition = (
      aws_s3_bucket.this.force_destroy && aws_s3_bucket.this.tags == tomap({ owner = "me" }) &&
      one(one(aws_s3_bucket_lifecycle_configuration.this.rule).expiration).days == 1
    )
    error_message = "The bucket gets what it is given."
  }
}

run "name_prefix" {
  command = plan

  module {
    source = "./modules/log-bucket"
  }

  variables {
    name        = null
    name_prefix = "orders-logs-of-the-european-customers"
  }

  assert {
    condition     = aws_s3_bucket.this.bucket_prefix == "orders-logs-of-the-european-customers"
    error_message = "37 characters, to which the provider adds 26."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_wrong_characters_and_too_little" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name           = "Orders_logs"
    account_ids    = ["12345678901"]
    prefixes       = ["orders/"]
    retention_days = 0
    tags           = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.account_ids,
    var.prefixes,
    var.retention_days,
    var.tags,
  ]
}

run "refuses_empty_and_fractions" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name           = "or"
    account_ids    = []
    prefixes       = []
    retention_days = 1.5
    tags           = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.account_ids,
    var.prefixes,
    var.retention_days,
    var.tags,
  ]
}

run "refuses_wildcards_and_too_long" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name        = join("", [for i in range(64) : "n"])
    account_ids = ["*"]
    prefixes    = ["*"]
    tags        = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.account_ids,
    var.prefixes,
    var.tags,
  ]
}

run "refuses_what_aws_writes_itself" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    prefixes = ["orders/AWSLogs"]
  }

  expect_failures = [var.prefixes]
}

run "refuses_two_names" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name_prefix = "orders-"
  }

  expect_failures = [var.name]
}

run "refuses_no_name" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name = null
  }

  expect_failures = [var.name]
}

run "refuses_too_long_name_prefix" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name        = null
    name_prefix = join("", [for i in range(38) : "n"])
  }

  expect_failures = [var.name_prefix]
}

run "refuses_wrong_characters_in_name_prefix" {
  command = plan

  module {
    source = "./tests/terraform/variables/log-bucket"
  }

  variables {
    name        = null
    name_prefix = "Orders"
  }

  expect_failures = [var.name_prefix]
}
