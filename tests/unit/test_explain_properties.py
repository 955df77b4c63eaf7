"""What is said of a request is what happens to it, for rules and requests made at random."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import given, settings
from places import GROUPS, KNOWN, Place, asked, health, places

from localalb.balancer.access_log import Entry
from localalb.balancer.address_target import AddressTargets
from localalb.balancer.exchange import Exchange
from localalb.balancer.journal import Journal
from localalb.http.message import Headers, Request, Response
from localalb.http.place import written
from localalb.login.gate import Gate
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result

Address = tuple[str, int]


class Pool:
    """Keeps what it is to invoke, and does not run it."""

    payload: bytes | None = None

    def waits(self, caller: asyncio.Task[Any]) -> bool:
        return False

    async def invoke(self, function: Invocable, payload: bytes, *, trace: str = "") -> Result:
        self.payload = payload
        return Result("1", b'{"statusCode": 200}')


class Transfers:
    """Keeps where it is to send a request, and does not."""

    where: Address | None = None

    def __call__(self, request: Request, headers: Headers, where: Address, **more: Any) -> Transfers:
        self.where = where
        return self

    async def response(self) -> Response:
        return Response(200)

    def cut(self, why: str) -> None:
        return


def shown(text: str) -> str:
    r"""As people are shown what is not UTF-8."""
    return text.replace("\xe9", r"\xe9")


def without_trace(event: dict[str, Any] | None) -> dict[str, Any]:
    """An event without what is another each time, and without the group that was drawn."""
    kept: dict[str, Any] = json.loads(json.dumps(event))
    kept["headers"].pop("x-amzn-trace-id")
    kept.pop("requestContext")
    return kept


@settings(max_examples=400)
@given(places(), asked())
def test_what_is_said_is_what_happens(place: Place, request: Request) -> None:
    pool, transfers, entries = Pool(), Transfers(), list[Entry]()
    gate = Gate()
    exchange = Exchange(
        pool,
        Journal(),
        lambda: GROUPS,
        lambda _, entry: entries.append(entry),
        addresses=AddressTargets(transfers, health),
        gate=gate,
    )
    reply = asyncio.run(exchange.answer(place.balancer, place.listener, request))
    exchange.finish(reply, sent=0)
    (entry,) = entries
    found = KNOWN(
        place.balancer,
        place.listener,
        request,
        reached=gate.endpoints.reached,
        stuck=lambda action, request: exchange.stuck(action, request, 0),
        trace="1-0-0",
    )
    assert {"": "", "-1": "", "0": "default"}.get(entry.rule, entry.rule) == found.rule
    if found.gate and (found.gate.status or found.gate.back):  # nobody is logged in, or has begun to
        assert pool.payload is None
        location = dict(reply.response.headers).get("Location", "").partition("?")[0]
        assert (reply.response.status, location) == (found.gate.status or 401, found.gate.location)
        assert found.gate.why in ("", reply.why)
        return
    last = entry.action.rpartition(",")[2]
    assert found.action == ("" if last == "authenticate" else last)  # behind it a transform failed
    assert (found.rewritten_host, found.rewritten_target) == (
        (shown(entry.transformed_host), shown(entry.transformed_uri)) if found.action else ("", "")
    )
    assert found.location == shown(entry.redirect)
    drawn = {each.arn: each for each in found.destinations if each.share}
    if drawn:
        assert entry.target_group in drawn
        refusal = drawn[entry.target_group].refusal
    else:
        refusal = found.refusal
    if refusal and "Runtime.Unsupported" not in refusal.why:
        assert (reply.response.status, entry.reason, reply.why) == (
            refusal.status,
            refusal.reason,
            refusal.why,
        )
        assert pool.payload is None
    elif transfers.where:
        assert written(transfers.where) in drawn[entry.target_group].addresses
    elif pool.payload:
        assert without_trace(found.event) == without_trace(json.loads(pool.payload))
    else:
        assert (found.status, found.body) == (
            reply.response.status,
            "" if found.location else reply.response.body.decode(),
        )
