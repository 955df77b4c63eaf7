"""A row that is to be played: what has to be set up for it, and what was seen when it was played."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.cases import Case, Like
from tests.cases.calls import forward
from tests.cases.requests import DNS_NAME, TARGET_GROUP
from tests.cases.rules import Api
from tests.connection import Client

Kind = Literal["requests", "responses", "rules", "faults", "control plane", "metrics"]
KINDS: tuple[Kind, ...] = ("requests", "responses", "rules", "faults", "control plane", "metrics")
Connect = Callable[[], Client]

PEER = "127.0.0.1"  # the client's address in the rows


class Unplayable(Exception):
    """A row cannot be played, and why."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A listener, and its load balancer's attributes. `port` is None where the row says nothing of it.
    `{name}` stands for the ARN of a target group of the stack. A rule: a priority, conditions, an action;
    `transforms` are of rules by their priority."""

    port: int | None = None
    secure: bool = False
    default: Api = field(default_factory=lambda: forward("{single}")[0])
    rules: tuple[tuple[int, tuple[Api, ...], Api], ...] = ()
    transforms: Mapping[int, tuple[Api, ...]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    listener_attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return json.dumps(vars(self), sort_keys=True)


@dataclass(frozen=True)
class Known:
    """What the rows' placeholders are here: ARNs of target groups by name, the load balancer's DNS name, the
    client's address as the load balancer sees it."""

    groups: Mapping[str, str]
    dns_name: str = DNS_NAME
    peer: str = PEER

    def here(self, value: Any, group: str = "single") -> Any:
        """A value of a row with what is known instead of its placeholders."""
        for old, new in (
            (TARGET_GROUP, self.groups[group]),
            (DNS_NAME, self.dns_name),
            (PEER + "/32", self.peer + "/32"),
            ("127.0.0.0/8", f"{self.peer}/32" if self.peer != PEER else "127.0.0.0/8"),
            (PEER, self.peer),
        ):
            value = _replaced(value, old, new)
        return value


def _replaced(value: Any, old: str, new: str) -> Any:
    match value:
        case str():
            return value.replace(old, new)
        case Like():
            return value.replaced(old, new)
        case Mapping():
            return {key: _replaced(each, old, new) for key, each in value.items()}
        case list() | tuple():
            return [_replaced(each, old, new) for each in value]
        case _:
            return value


class OneOf:
    """Equal to each of some values."""

    def __init__(self, *values: Any) -> None:
        self._values = values

    def __eq__(self, other: object) -> bool:
        return other in self._values

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return " or ".join(map(repr, self._values))


@dataclass(frozen=True)
class Outcome:
    """The row's word is kept where both are equal. `said` is what was said besides, for the reader."""

    expected: Mapping[str, Any]
    seen: Mapping[str, Any]
    said: str = ""

    @property
    def same(self) -> bool:
        return self.expected == self.seen


@dataclass(frozen=True, kw_only=True)
class Play:
    """A case, once for each mode it has. `unplayable` says why nobody can play it over a socket."""

    kind: Kind
    case: Case
    mode: str = ""
    setting: Setting = field(default_factory=Setting)
    perform: Callable[[Connect, Known], Outcome] | None = None
    unplayable: str = ""
