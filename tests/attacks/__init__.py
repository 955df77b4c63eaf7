"""What a stranger or a faulty function tries, and what must hold all the same."""
