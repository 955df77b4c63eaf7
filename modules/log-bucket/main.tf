locals {
  account_ids = coalesce(var.account_ids, [data.aws_caller_identity.this.account_id])

  # AWS names a file [<prefix>/]AWSLogs/<account>/... and lets no prefix contain AWSLogs, so that the account in the path
  # is that of the load balancer, whatever the prefix (ELB guide, "Enable access logs").
  folders = [for prefix in coalesce(var.prefixes, ["", "*"]) : prefix == "" ? "" : "${prefix}/"]
}

# Read late when the caller uses depends_on. Only the policy depends on it, and a policy is changed in place.
data "aws_caller_identity" "this" {}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:A log of who reads the logs would need another bucket; CloudTrail's data events do it
  #checkov:skip=CKV_AWS_21:A log file is written once, under a name of its own, and to be gone after retention_days
  #checkov:skip=CKV_AWS_144:A copy in another region is yours to decide
  #checkov:skip=CKV_AWS_145:Load balancers write to no bucket whose default encryption is KMS's
  #checkov:skip=CKV2_AWS_62:Nothing waits for a log file

  bucket        = var.name
  bucket_prefix = var.name_prefix
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    object_ownership = "BucketOwnerEnforced" # no ACLs
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# S3's own keys, as every bucket has by default: said here because with KMS's, AWS refuses the bucket for load balancers.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

# The service principal is for every region and for access, connection and health check logs alike; the accounts of
# Elastic Load Balancing, one a region, are its predecessors. No condition on aws:SourceArn or aws:SourceAccount: AWS's
# page has none, and where it was tried the load balancer was refused. The account in the path says whose logs these are.
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "LogDelivery"
        Effect    = "Allow"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource = [
          for pair in setproduct(local.folders, local.account_ids) :
          "${aws_s3_bucket.this.arn}/${pair[0]}AWSLogs/${pair[1]}/*"
        ]
      },
      {
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  # S3 answers 409 to two of these at once.
  depends_on = [aws_s3_bucket_public_access_block.this, aws_s3_bucket_ownership_controls.this]
}
