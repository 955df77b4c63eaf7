output "bucket" {
  description = "Name of the bucket, for access_logs and connection_logs. Whoever uses it waits for the bucket's policy: AWS refuses a bucket it cannot write to."
  value       = aws_s3_bucket.this.bucket

  # Not on the lifecycle, for which the provider waits a minute: a load balancer need not.
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}
