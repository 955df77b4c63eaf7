output "url" {
  description = "Where the function answers."
  value       = module.hello.url
}

output "log_bucket" {
  description = "The bucket of access and connection logs."
  value       = module.logs.bucket
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = module.hello.log_group_name
}

output "alarm_topic_arn" {
  description = "The topic that alarms are sent to."
  value       = aws_sns_topic.alarms.arn
}
