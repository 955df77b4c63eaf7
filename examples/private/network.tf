data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:The first two zones stay the first two where a third is added.
  state = "available"
}

resource "aws_vpc" "this" {
  #checkov:skip=CKV2_AWS_11:Flow logs are the business of whoever owns the network; this one is there to show the rest.
  #checkov:skip=CKV2_AWS_12:Nothing here is in the default security group.
  cidr_block = "10.20.0.0/16"
  tags       = { Name = "private" }
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
  tags              = { Name = "private-${count.index}" }
}
