"""What a stack under test is asked: what of the cloud is its own, and what is said where nothing is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from fake_cloud import FakeCloud, cloud

from localalb.balancer.record import Record
from localalb.stacks import invoked, logged, resources
from localalb.stacks.invoked import FunctionError
from localalb.stacks.isolation import Endpoint
from localalb.stacks.recorded import Recorded, recorded
from localalb.stacks.stack import Stack
from localalb.stacks.terraform import Terraform

__all__ = ["cloud"]

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"


def resource(kind: str, *attributes: dict[str, Any], mode: str = "managed") -> dict[str, Any]:
    return {"mode": mode, "type": kind, "instances": [{"attributes": each} for each in attributes]}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Of a stack with a load balancer, a target group and two functions; a third it only reads."""
    path = tmp_path / "terraform.tfstate"
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:"
    load_balancing = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
    found = [
        resource("aws_lambda_function", {"arn": f"{ARN}one"}, {"arn": f"{ARN}two"}),
        resource("aws_lambda_function", {"arn": f"{ARN}other"}, mode="data"),
        resource("aws_cloudwatch_log_group", {"name": "/aws/lambda/one", "arn": f"{group}/aws/lambda/one"}),
        resource("aws_lb", {"name": "own", "arn": f"{load_balancing}loadbalancer/app/own/0"}),
        resource("aws_lb_target_group", {"name": "group", "arn": f"{load_balancing}targetgroup/group/0"}),
    ]
    outputs = {
        "url": {"value": "http://x", "type": "string"},
        "n": {"value": [1], "type": ["list", "number"]},
    }
    path.write_text(json.dumps({"version": 4, "outputs": outputs, "resources": found}))
    return path


def test_a_state(state: Path) -> None:
    assert [each["arn"] for each in resources.made(state, "aws_lambda_function")] == [
        f"{ARN}one",
        f"{ARN}two",
    ]
    assert resources.outputs(state) == {"url": "http://x", "n": [1]}
    absent = state.with_name("absent")
    assert list(resources.made(absent, "aws_lb")) == []
    assert resources.outputs(absent) == {}


MEANT = {
    "a name": ("one", ("one", "")),
    "an ARN": (f"{ARN}two", ("two", "")),
    "an alias": ("one:live", ("one", "live")),
    "an alias's ARN": (f"{ARN}one:live", ("one", "live")),
}


@pytest.mark.parametrize(("named", "meant"), MEANT.values(), ids=MEANT)
def test_a_function_that_is_named(state: Path, named: str, meant: tuple[str, str]) -> None:
    arns = [each["arn"] for each in resources.made(state, "aws_lambda_function")]
    assert invoked.meant(arns, named) == (ARN + meant[0], meant[1])


def test_the_only_function_needs_no_name() -> None:
    assert invoked.meant([f"{ARN}one"], None) == (f"{ARN}one", "")


NOT_MEANT: dict[str, tuple[Callable[[Path], object], str]] = {
    "several functions": (
        lambda state: invoked.invoked(state, {}, None),
        "name the function: stack.invoke(event, NAME); the stack has one, two",
    ),
    "a function it only reads": (
        lambda state: invoked.invoked(state, {}, "other"),
        "the stack has no function other: it has one, two",
    ),
    "no function": (
        lambda state: invoked.invoked(state.with_name("absent"), {}, None),
        "name the function: stack.invoke(event, NAME); the stack has no function",
    ),
    "no log group": (
        lambda state: logged.logged(state.with_name("absent"), None, 0),
        "name the log group: stack.logs(NAME); the stack has none",
    ),
}


@pytest.mark.parametrize(("ask", "words"), NOT_MEANT.values(), ids=NOT_MEANT)
def test_what_is_not_meant(state: Path, ask: Callable[[Path], object], words: str) -> None:
    with pytest.raises(LookupError) as error:
        ask(state)
    assert error.value.args == (words,)


def test_what_a_function_raised() -> None:
    error = FunctionError({"errorType": "KeyError", "errorMessage": "'path'", "stackTrace": ["  File\n"]})
    assert (error.kind, error.message, error.trace) == ("KeyError", "'path'", ["  File\n"])
    assert str(error) == "KeyError: 'path'\n  File"
    assert str(FunctionError({"errorMessage": "Task timed out"})) == "Task timed out"


def test_a_moment() -> None:
    assert logged.milliseconds(None) == 0
    assert logged.milliseconds(1.5) == 1500
    assert logged.milliseconds(datetime(2026, 11, 25, tzinfo=UTC)) == 1795564800000


def test_a_record_has_the_fields_that_a_stack_promises() -> None:
    promised = get_type_hints(Recorded)
    has = get_type_hints(Record)
    assert promised == {"id": int} | {name: has[name] for name in promised if name != "id"}
    assert promised.keys() - {"id"} <= set(Record._fields)


def record(second: int, **more: Any) -> dict[str, Any]:
    time = f"2026-11-25T00:00:{second:02}.000+00:00"
    return {"time": time, "region": "eu-west-1", "load_balancer": "shared", "target_group": "", **more}


def test_the_requests_of_a_stack(cloud: FakeCloud, state: Path) -> None:
    own, shared = record(1, load_balancer="own"), record(2, target_group="group")
    others = [record(3), record(4, load_balancer="own", region="us-east-1"), record(5, target_group="groups")]
    cloud.body = json.dumps([own, *others, shared]).encode()
    endpoint = Endpoint(cloud.url, "KEY")
    assert recorded(endpoint, state, 0) == [own, shared]
    assert recorded(endpoint, state, 1795564802000) == [shared]


ON_AWS: dict[str, Callable[[Stack], object]] = {
    "stack.requests": lambda stack: stack.requests(),
    "stack.explain": lambda stack: stack.explain("GET", "/"),
    "stack.log_in": lambda stack: stack.log_in("https://x/", sub="1"),
}


@pytest.mark.parametrize("name", ON_AWS)
def test_on_aws_what_only_a_local_cloud_knows_is_refused(tmp_path: Path, name: str) -> None:
    stack = Stack(Terraform(tmp_path, tmp_path), {})
    with pytest.raises(RuntimeError, match=f"^{name} asks what only a local cloud knows, and this is AWS"):
        ON_AWS[name](stack)
