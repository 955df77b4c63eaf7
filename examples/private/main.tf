# Nothing here faces the internet: a load balancer that only one security group reaches, and a function in the VPC.
module "hello" {
  source = "../.."

  name       = "private"
  internal   = true
  vpc_id     = aws_vpc.this.id
  subnet_ids = aws_subnet.private[*].id

  allowed_cidr_blocks = []
  ingress_rules = {
    clients = { referenced_security_group_id = aws_security_group.clients.id }
  }

  source_dir = "${path.module}/src"
  handler    = "app.handler"
  vpc_config = {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.function.id]
  }
}

resource "aws_security_group" "clients" {
  #checkov:skip=CKV2_AWS_5:Clients are other stacks.
  name        = "private-clients"
  description = "Whoever has this group may call the load balancer"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "function" {
  #checkov:skip=CKV2_AWS_5:The module gives it to the function.
  name        = "private-function"
  description = "What the function may reach: nothing, until it gets rules"
  vpc_id      = aws_vpc.this.id
}
