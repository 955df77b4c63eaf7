"""A run: round after round of rows over sockets, then the calls of the API."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.conformance import functions, world
from tests.conformance.clouds import Cloud
from tests.conformance.play import KINDS, Known, Outcome, Play, Setting, Unplayable
from tests.conformance.players import calls, requests
from tests.conformance.report import Row, row
from tests.conformance.rounds import Round, Stand, rounds
from tests.conformance.stack import Stack
from tests.connection import Client

Say = Callable[[str], None]
REGION = "eu-west-2"  # of the world, whose rows name it
REFUSED = "the API refuses what the row wants set up"
ROLE = "conformance-world"
PROBE = b"GET /conformance HTTP/1.1\r\nHost: demo.example\r\nConnection: close\r\n\r\n"


def over_sockets(stack: Stack, plays: Sequence[Play], say: Say) -> list[Row]:
    """The rows of plays, in their order."""
    outcomes: dict[int, Outcome | str] = {id(play): play.unplayable for play in plays if play.unplayable}
    if not stack.cloud.local:
        stack.peer = _peer(stack)
    planned = rounds(plays, stack.cloud.ports, stack.cloud.width)
    for number, each in enumerate(planned, 1):
        count = sum(len(stand.plays) for stand in each.stands)
        say(f"round {number} of {len(planned)}: {len(each.stands)} listeners, {count} rows")
        for play, outcome in _round(stack, each):
            outcomes[id(play)] = outcome
    ordered = sorted(plays, key=lambda play: KINDS.index(play.kind))
    together = groupby(ordered, key=lambda play: (play.kind, play.case.id))
    found = []
    for (kind, _), same in together:
        mine = list(same)
        found.append(row(kind, mine[0].case, [(play.mode, outcomes[id(play)]) for play in mine]))
    return found


def _round(stack: Stack, each: Round) -> Iterator[tuple[Play, Outcome | str]]:
    elbv2 = stack.client("elbv2")
    try:
        stack.configure(each.attributes)
        refused = ""
    except ClientError as error:
        refused = f"{REFUSED}: {error}"
    made: list[tuple[Stand, str]] = []
    try:
        for stand in each.stands:
            if refused and stand.setting.attributes:
                yield from _all(stand, refused)
                continue
            try:
                made.append((stand, stack.listener(stand.setting, stand.port)))
            except ClientError as error:
                yield from _all(stand, f"{REFUSED}: {error}")
        time.sleep(stack.cloud.settle)
        for stand, listener in made:
            yield from _stand(stack, stand, listener)
    finally:
        for _, listener in made:
            elbv2.delete_listener(ListenerArn=listener)


def _all(stand: Stand, outcome: Outcome | str) -> Iterator[tuple[Play, Outcome | str]]:
    for play in stand.plays:
        yield play, outcome


def _stand(stack: Stack, stand: Stand, listener: str) -> Iterator[tuple[Play, Outcome | str]]:
    def connect() -> Client:
        return stack.cloud.connect(listener, stack.balancer, stand.port, stand.setting.secure)

    if unserved := _unserved(connect, stack.cloud.patience):
        yield from _all(stand, unserved)
        return
    known = Known(stack.groups, stack.balancer.dns_name, stack.peer)
    for play in stand.plays:
        lacking = [why for name, why in stack.lacking.items() if f"{{{name}}}" in str(play.setting.default)]
        assert play.perform
        yield play, lacking[0] if lacking else performed(lambda: play.perform(connect, known))  # type: ignore[misc]  # noqa: B023


def performed(perform: Callable[[], Outcome]) -> Outcome | str:
    """The outcome of a play; one that ends without an answer, or with none that can be read, is seen so."""
    try:
        return perform()
    except Unplayable as error:
        return str(error)
    except TimeoutError:
        return Outcome({"answer": True}, {"answer": "none in time"})
    except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
        return Outcome({"answer": True}, {"answer": f"{type(error).__name__}: {error}"[:200]})


def _unserved(connect: Callable[[], Client], patience: float) -> str:
    """Why no row of a listener can be played, if nothing is there to take a connection in time."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with connect():
                return ""
        except Unplayable as error:
            return str(error)
        except (OSError, ValueError) as error:
            if isinstance(error, socket.gaierror) or time.monotonic() > deadline:
                return f"no load balancer is served here: {error}"
        time.sleep(0.2)


def _peer(stack: Stack) -> str:
    """This client's address as the load balancer tells it the function. Raises `ValueError`, `OSError`."""
    listener = stack.listener(Setting(), 80)
    try:
        time.sleep(stack.cloud.settle)
        with stack.cloud.connect(listener, stack.balancer, 80, False) as client:
            client.send(PROBE)
            return str(requests.event(client.reply())["headers"]["x-forwarded-for"])
    finally:
        stack.client("elbv2").delete_listener(ListenerArn=listener)


def of_calls(cloud: Cloud, say: Say) -> list[Row]:
    """The rows of calls. A call that should have been refused and was not may have changed the world, so the
    next one gets a new world."""

    def client(service: str) -> Any:
        return cloud.client(service, REGION)

    def function(name: str) -> str:
        return functions.create(client, name, arn, {world.TAG["Key"]: world.TAG["Value"]})

    if found := world.occupied(client):
        raise LookupError(
            f"{REGION} has {', '.join(found)}, which rows want for themselves: remove or rename"
        )
    role = client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=functions.TRUST)
    arn = str(role["Role"]["Arn"])
    rows: list[Row] = []
    ids: dict[str, str] = {}
    try:
        for number, case in enumerate(calls.ROWS):
            if number % 20 == 0:
                say(f"call {number} of {len(calls.ROWS)}")
            try:
                ids = ids or world.build(cloud.client, REGION, function)
            except (ClientError, BotoCoreError) as error:
                why = f"the world of these rows cannot be made: {error}"
                return rows + [row("control plane", each, [("", why)]) for each in calls.ROWS[number:]]
            outcome = calls.play(case, cloud.client(case.service, REGION), ids)
            rows.append(row("control plane", case, [("", outcome)]))
            if case.code and not outcome.seen.get("code", ""):
                world.remove(cloud.client, REGION, world.names())
                ids = {}
    finally:
        world.remove(cloud.client, REGION, world.names())
        client("iam").delete_role(RoleName=ROLE)
    return rows
