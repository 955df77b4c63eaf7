# AWS's own list of what no request should hold. Its cost: 5 USD a month, 1 a rule, 0.60 a million requests.
resource "aws_wafv2_web_acl" "this" {
  name        = "production"
  description = "In front of the load balancer"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "known-bad-inputs"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "production-known-bad-inputs"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "production"
    sampled_requests_enabled   = true
  }
}

# What it blocked, and why. A firewall's log group has to have this prefix.
resource "aws_cloudwatch_log_group" "firewall" {
  name              = "aws-waf-logs-production"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}
