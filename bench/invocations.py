"""Invoke a handler again and again, and say what that took; `bench.handler` starts this with `python -I -S`.

    python -I -S -B invocations.py DIRECTORY MODULE.FUNCTION

First comes a line with the seconds of processor time that the import took. Then each line on stdin, a JSON
list of an event and a number, is answered by one with the seconds an invocation took and the last result.
"""

from __future__ import annotations

# What AWS's runtime client has imported before it imports a handler (awslambdaric, bootstrap.py and
# lambda_runtime_marshaller.py), but for its own modules. Nothing else: a handler pays for all it needs.
import decimal  # noqa: F401
import importlib
import json
import logging  # noqa: F401
import sys
import time
import traceback  # noqa: F401

FEW = 10  # invocations between two looks at the clock, each of which takes a microsecond


def main(directory: str, handler: str) -> None:
    module, _, function = handler.rpartition(".")
    replies, sys.stdout = sys.stdout, open("/dev/null", "w", buffering=1)  # noqa: SIM115
    sys.path[0] = directory
    began = time.process_time()
    call = getattr(importlib.import_module(module), function)
    print(time.process_time() - began, file=replies, flush=True)

    for line in sys.stdin:
        event, count = json.loads(line)
        written, took = json.dumps(event), 0.0
        for _ in range(0, count, FEW):
            # Each has an event of its own, as on AWS: a string that was hashed once is not hashed again.
            events = [json.loads(written) for _ in range(min(FEW, count))]
            began = time.process_time()
            for event in events:
                result = call(event, Context)
            took += time.process_time() - began
        print(json.dumps([took / count, result]), file=replies, flush=True)


class Context:
    aws_request_id = "8f5c0ffe-0000-4000-8000-000000000001"
    function_name = "demo"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo"
    memory_limit_in_mb = 128


main(*sys.argv[1:])
