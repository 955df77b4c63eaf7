"""What would become of a request, and why: values for people, their tests and pages. `explain` finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """A response that the load balancer makes itself; see `http.faults.Fault`."""

    status: int
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class ConditionVerdict:
    """One condition: its `values` (of a query-string `key=value`, or `value` for any key) or `regexes`, and
    what of the request they were `compared` with: nothing where there is no such header or no query."""

    field: str
    header: str
    values: tuple[str, ...]
    regexes: tuple[str, ...]
    compared: tuple[str, ...]
    matched: bool


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule, by its priority as the API writes it: a number, or `default`."""

    priority: str
    arn: str
    conditions: tuple[ConditionVerdict, ...]
    taken: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """What a rule asks of a client first: `action` is authenticate or jwt-validation, `issuer` vouches for
    it. `status` is what one gets who has no session and no token, with the `location` of a redirect, or `why`
    it is refused; None where it goes on without. The rest is said of a client who has, without its claims.

    `back`: the client comes back from logging in, at a path where no rule is tried. It is then sent to where
    it began, or refused; that stands sealed in what it brings.
    """

    action: str
    issuer: str = ""
    status: int | None = None
    location: str = ""
    why: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """A target group of the rule. `share` is what it gets of such requests, 0 to 1; a cookie that names it
    makes it 1. `function` is an ARN, `addresses` are those of its other targets that a request may go to, as
    they are reached here; `refusal` is what the client gets where there is neither."""

    target_group: str
    arn: str
    share: float
    sticky: bool
    function: str = ""
    addresses: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would become of a request.

    `mutual` is what the listener does with clients' certificates (verify, passthrough, or nothing): the rest
    is of a client that is let in, without what its certificate says.

    `rules` are those that are tried, in order, the one that takes it last, and `untried` counts the others;
    `rule` is its priority, empty where the request ends before: refused, or back from a login, which `gate`
    then has. `action` is forward, redirect or
    fixed-response; `rewritten_host` and `rewritten_target` are what transforms make of the request, where
    they change it. `status` is what the client gets where no function decides, else None. `event` is what a
    function would get: with several target groups that of the one with the greatest share.
    """

    load_balancer: str
    dns_name: str
    port: int
    protocol: str
    listener: str
    mutual: str
    method: str
    target: str
    source: str
    rules: tuple[RuleVerdict, ...] = ()
    untried: int = 0
    rule: str = ""
    gate: Gate | None = None
    action: str = ""
    rewritten_host: str = ""
    rewritten_target: str = ""
    status: int | None = None
    location: str = ""
    content_type: str = ""
    body: str = ""
    destinations: tuple[Destination, ...] = ()
    refusal: Refusal | None = None
    event: dict[str, Any] | None = None
