locals {
  # Whether they are there, which no secret can be about: count and for_each take nothing sensitive.
  watches_load_balancer = nonsensitive(var.load_balancer != null)
  watches_target_group  = nonsensitive(var.target_group != null)

  load_balancer = {
    LoadBalancer = try(var.load_balancer.arn_suffix, null)
  }
  target_group = {
    LoadBalancer = try(var.target_group.load_balancer_arn_suffix, null)
    TargetGroup  = try(var.target_group.arn_suffix, null)
  }
  # Invocations through an alias are counted under the alias as well (Lambda guide, "Types of metrics"): watched there,
  # whatever else invokes the function rings nothing here.
  function = merge(
    { FunctionName = var.function_name },
    var.alias == null ? {} : { Resource = "${var.function_name}:${var.alias}" },
  )
  target = var.alias == null ? var.function_name : "${var.function_name}:${var.alias}"
  span   = "${var.period} seconds"

  alarms = {
    load-balancer-5xx = {
      watched     = local.watches_load_balancer
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_ELB_5XX_Count"
      dimensions  = local.load_balancer
      threshold   = var.errors
      description = "The load balancer itself answered ${var.errors} or more requests with a 5xx within ${local.span}. 502: a function failed, was throttled, or returned what is no response; 503: a rule forwards to an empty target group; 504: a function took longer than the idle timeout. Look at the other alarms first, then at error_reason in the access log."
    }
    target-5xx = {
      watched     = local.watches_target_group
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      dimensions  = local.target_group
      threshold   = var.errors
      description = "${local.target} answered ${var.errors} or more requests with a statusCode of 500 or above within ${local.span}. The code ran and decided so: look for what it logged, and at what it calls."
    }
    lambda-user-error = {
      watched     = local.watches_target_group
      namespace   = "AWS/ApplicationELB"
      metric_name = "LambdaUserError"
      dimensions  = local.target_group
      threshold   = var.errors
      description = "The load balancer had no use for ${var.errors} or more invocations of ${local.target} within ${local.span}, and answered 502. Without an alarm of errors or throttles beside this one the function returned no valid response or more than 1 MB, or may not be invoked: look at error_reason in the access log."
    }
    errors = {
      watched     = true
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions  = local.function
      threshold   = var.errors
      description = "${var.errors} or more invocations of ${local.target} failed within ${local.span}: an exception that nobody caught, a timeout, too little memory, or no module or handler of that name. Look into the function's log for the traceback or \"Task timed out\"; if it began with a deploy, go back to the version before."
    }
    throttles = {
      watched     = true
      namespace   = "AWS/Lambda"
      metric_name = "Throttles"
      dimensions  = local.function
      threshold   = var.throttles
      description = "Lambda turned away ${var.throttles} or more invocations of ${local.target} within ${local.span}, because too many ran at once. Compare ConcurrentExecutions with the function's reserved concurrency and the account's limit: raise the one that was reached, or make the function faster."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "count" {
  for_each = { for name, alarm in local.alarms : name => alarm if alarm.watched }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = var.period
  evaluation_periods  = 1 # the threshold says how many failures may be in a period
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching" # these metrics are reported when they are not zero
  alarm_actions       = var.alarm_actions
  ok_actions          = var.ok_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "duration" {
  alarm_name          = "${var.name}-duration"
  alarm_description   = "One invocation in a hundred of ${local.target} took ${var.p99_share_of_timeout * var.function_timeout} seconds or longer, in three of the last five periods of ${local.span}; at ${var.function_timeout} seconds Lambda stops them and clients get a 502. Look at what the function waits for, give it more memory, which is more processor too, or a longer timeout."
  namespace           = "AWS/Lambda"
  metric_name         = "Duration"
  dimensions          = local.function
  extended_statistic  = "p99"
  period              = var.period
  evaluation_periods  = 5 # with few requests the slowest is the p99: a cold start alone is no alarm
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.p99_share_of_timeout * var.function_timeout * 1000 # Duration is in milliseconds
  treat_missing_data  = "notBreaching"                                         # nobody called
  alarm_actions       = var.alarm_actions
  ok_actions          = var.ok_actions
  tags                = var.tags
}
