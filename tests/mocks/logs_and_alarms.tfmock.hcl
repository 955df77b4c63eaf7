mock_resource "aws_s3_bucket" {
  defaults = {
    id                          = "mock-bucket"
    bucket                      = "mock-bucket"
    arn                         = "arn:aws:s3:::mock-bucket"
    bucket_domain_name          = "mock-bucket.s3.amazonaws.com"
    bucket_regional_domain_name = "mock-bucket.s3.eu-west-1.amazonaws.com"
    region                      = "eu-west-1"
  }
}

mock_resource "aws_kms_key" {
  defaults = {
    id     = "01234567-89ab-cdef-0123-456789abcdef"
    key_id = "01234567-89ab-cdef-0123-456789abcdef"
    arn    = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    id  = "arn:aws:sns:eu-west-1:123456789012:mock"
    arn = "arn:aws:sns:eu-west-1:123456789012:mock"
  }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = {
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:mock"
  }
}

mock_data "aws_s3_bucket" {
  defaults = {
    id  = "mock-bucket"
    arn = "arn:aws:s3:::mock-bucket"
  }
}

mock_data "aws_kms_key" {
  defaults = {
    id  = "01234567-89ab-cdef-0123-456789abcdef"
    arn = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  }
}

mock_data "aws_kms_alias" {
  defaults = {
    arn            = "arn:aws:kms:eu-west-1:123456789012:alias/mock"
    target_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    target_key_id  = "01234567-89ab-cdef-0123-456789abcdef"
  }
}

mock_data "aws_sns_topic" {
  defaults = {
    id  = "arn:aws:sns:eu-west-1:123456789012:mock"
    arn = "arn:aws:sns:eu-west-1:123456789012:mock"
  }
}

# Elastic Load Balancing's own account in regions older than August 2022, which writes its logs.
mock_data "aws_elb_service_account" {
  defaults = {
    id  = "156460612806" # of eu-west-1
    arn = "arn:aws:iam::156460612806:root"
  }
}
