# A service with dependencies: src/requirements.txt is installed for Lambda when the package is built.
module "quotes" {
  source = "../.."

  name        = "powertools"
  source_dir  = "${path.module}/src"
  handler     = "app.handler"
  memory_size = 256 # imports are quicker with more
  timeout     = 10

  environment_variables = {
    POWERTOOLS_SERVICE_NAME = "quotes"
    POWERTOOLS_LOG_LEVEL    = "INFO"
  }
}
