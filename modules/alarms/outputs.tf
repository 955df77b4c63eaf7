output "alarm_arns" {
  description = "ARN of each alarm, by what it watches: load-balancer-5xx, target-5xx, lambda-user-error, errors, throttles, duration."
  value = merge(
    { for name, alarm in aws_cloudwatch_metric_alarm.count : name => alarm.arn },
    { duration = aws_cloudwatch_metric_alarm.duration.arn },
  )
}
