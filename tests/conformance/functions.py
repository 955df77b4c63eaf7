"""Functions, made by boto3: all have the code of handler.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.conformance.again import again
from tests.zips import zipped

RUNTIME = "python3.13"
CODE = zipped({"app.py": Path(__file__).with_name("handler.py").read_bytes()})
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
)
POLL = {"Delay": 0.2, "MaxAttempts": 600}  # boto3's own waiters look once a second


def create(
    client: Callable[[str], Any],
    name: str,
    role: str,
    tags: Mapping[str, str],
    handler: str = "app.handler",
) -> str:
    """Create a function and wait until it can be invoked; its ARN."""
    functions = client("lambda")
    made = again(
        "cannot be assumed",  # the role is new; IAM tells Lambda some seconds later
        functions.create_function,
        FunctionName=name,
        Runtime=RUNTIME,
        Role=role,
        Handler=handler,
        Timeout=3,
        Code={"ZipFile": CODE},
        Tags=dict(tags),
    )
    wait(functions, "function_active_v2", name)
    return str(made["FunctionArn"])


def wait(functions: Any, state: str, name: str) -> None:
    """Until a function is in a state that one of boto3's waiters has the name of."""
    functions.get_waiter(state).wait(FunctionName=name, WaiterConfig=POLL)
