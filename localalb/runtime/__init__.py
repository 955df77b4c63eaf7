"""Execution environments: the processes functions run in.

`bootstrap` is the worker's side, one file that imports nothing of localalb; `environment` is one worker seen
from the parent and `surroundings` what it finds there; `pool` holds a function's environments; `code` lays
out what they run, `foreign` says what of it does not load here and `wheels` gets the same for this
interpreter out of `wheel_cache`; `logs` is where their output goes, and a `result` how an invocation ended.
"""
