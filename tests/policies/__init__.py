"""checkov's policies on the module and its examples. .checkov.yaml says what is excepted, and why."""
