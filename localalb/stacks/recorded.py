"""What a local cloud's load balancers were asked, as far as a stack is concerned."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

from localalb.stacks import resources
from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint


class Recorded(TypedDict):
    """A request. `time` is ISO 8601; `reason` is the access log's word for a refusal and `why` says what to
    change, both empty where all went well; `rule` is a priority, 0 for the default; `function` is a name."""

    id: int
    time: str
    region: str
    load_balancer: str
    port: int
    client: str
    method: str
    target: str
    status: int
    duration_ms: float
    reason: str
    why: str
    target_group: str
    request_id: str
    rule: str
    function: str


def recorded(endpoint: Endpoint, state: Path, since: int) -> list[Recorded]:
    """The requests to the load balancers and target groups that a state has, from `since` on, in milliseconds
    since the epoch."""
    balancers = {_named(each) for each in resources.made(state, "aws_lb")}
    groups = {_named(each) for each in resources.made(state, "aws_lb_target_group")}
    found: list[Recorded] = ask(endpoint, "requests")
    return [
        each
        for each in found
        if datetime.fromisoformat(each["time"]).timestamp() * 1000 >= since
        and (
            (each["load_balancer"], each["region"]) in balancers
            or (each["target_group"], each["region"]) in groups
        )
    ]


def _named(made: dict[str, Any]) -> tuple[str, str]:
    """A resource's name and region."""
    return made["name"], made["arn"].split(":")[3]
