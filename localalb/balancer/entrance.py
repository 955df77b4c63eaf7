"""Where a rule asks something of a client first: from the exchange to the gate, and what the log is told."""

from __future__ import annotations

from localalb.balancer.access_log import Entry
from localalb.balancer.topology import Listener, LoadBalancer, Rule
from localalb.http.message import Request, Response
from localalb.login.gate import Gate, Passed, Visit
from localalb.login.settings import Authentication, Login, Token

# Guess: what the log calls the action of jwt-validation.
ACTIONS = {Login: "authenticate", Token: "jwt-validation"}


def has_login(listener: Listener) -> bool:
    """Whether /oauth2/idpresponse is the load balancer's own on a listener, whatever its rules say of paths.

    Seen in an access log: no rule is evaluated for it (aws-log-parser #37, matched_rule_priority -1). Guess:
    on a listener without a login it is a path as any other.
    """
    return any(isinstance(rule.authentication, Login) for rule in listener.rules)


async def enter(
    gate: Gate, rule: Rule, load_balancer: LoadBalancer, request: Request, entry: Entry
) -> Passed | Response:
    """What becomes of a request at a rule that authenticates. Raises `Fault`."""
    assert rule.authentication is not None
    entry.did(ACTIONS[type(rule.authentication)])
    entry.visit = Visit()
    return await gate.passes(rule.authentication, rule.arn, load_balancer.arn, request, entry.visit)


async def back(gate: Gate, listener: Listener, request: Request, entry: Entry) -> Response:
    """The response to a client that comes back from a provider. Raises `Fault`."""
    asks = {rule.arn: rule.authentication for rule in listener.rules}

    def login_of(rule: str) -> Authentication | None:
        return asks.get(rule)

    entry.did(ACTIONS[Login])
    entry.visit = Visit()
    return await gate.back(login_of, request, entry.visit)
