output "dns_names" {
  description = "The DNS names of the load balancers."
  value       = { public = aws_lb.public.dns_name, internal = aws_lb.internal.dns_name }
}

output "arns" {
  description = "The ARNs of the load balancers."
  value       = { public = aws_lb.public.arn, internal = aws_lb.internal.arn }
}

output "bucket" {
  description = "The bucket of the logs."
  value       = aws_s3_bucket.logs.bucket
}
