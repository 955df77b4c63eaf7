# States made before a role could be given: nothing of theirs is replaced.

moved {
  from = aws_iam_role.this
  to   = aws_iam_role.this[0]
}

moved {
  from = aws_iam_role_policy.logs
  to   = aws_iam_role_policy.logs[0]
}
