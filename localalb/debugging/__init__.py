"""Debuggers: who may attach, and what goes between them and the functions they debug."""
