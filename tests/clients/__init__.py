"""Clients of other makers, as people use them, against a local cloud."""
