"""Measurements: `python -m bench`, or `make bench`. One module a bench, each with a `main` that prints
what it measured and gives a line for each budget it missed.
"""
