# The rooms that can be used alone take every value that Terraform can pass, in every input.

mock_provider "aws" {}

run "unknown_late_and_sensitive_values" {
  command = plan

  module {
    source = "./tests/terraform/values/rooms"
  }

  assert {
    condition     = length(output.known.alarms) == 6 && length(output.known.sensitive_alarms) == 6
    error_message = "Which alarms there are is known and no secret: ${jsonencode(output.known)}"
  }

  assert {
    condition     = output.known.bucket == "late" && output.secret.bucket == "hello"
    error_message = "A name that was given is known at plan."
  }

  assert {
    condition     = length(output.known.package) == 64 && length(output.secret.package) == 64
    error_message = "A digest waits for nothing, and nothing makes it unknown."
  }
}
