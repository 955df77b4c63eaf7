# The root module takes every value that Terraform can pass, in every input.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "unknown_late_and_secret_values" {
  command = plan

  module {
    source = "./tests/terraform/values/root"
  }

  assert {
    condition     = output.rules == ["all", "all public", "query", "query public"]
    error_message = "Which rules there are is known: ${jsonencode(output.rules)}"
  }
}
