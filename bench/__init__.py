"""Measurements: `python -m bench`, or `make bench`. One module a bench, each with a `main` that gives its
verdict.
"""
