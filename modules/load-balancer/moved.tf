# Since these are counted: what an earlier version made is kept.

moved {
  from = aws_security_group.this
  to   = aws_security_group.this[0]
}

moved {
  from = aws_lb_listener.http
  to   = aws_lb_listener.http[0]
}
