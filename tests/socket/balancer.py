"""A load balancer on real sockets with a function that is none."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import uvloop

from localalb.balancer.access_log import Entry
from localalb.balancer.address_target import AddressTargets
from localalb.balancer.detail import Detail
from localalb.balancer.exchange import Exchange
from localalb.balancer.health import DISABLED, TargetHealth
from localalb.balancer.journal import Journal
from localalb.balancer.record import Record
from localalb.balancer.reply import Reply
from localalb.balancer.topology import (
    Action,
    Forward,
    Listener,
    LoadBalancer,
    Rule,
    SecurityPolicy,
    Target,
    TargetGroup,
    Topology,
)
from localalb.forwarding.transfer import Transfers
from localalb.runtime.function import Function, Invocable
from localalb.runtime.result import Result
from localalb.serving import tls
from localalb.serving.server import DataPlane
from tests.cases.requests import DNS_NAME, TARGET_GROUP
from tests.conformance.handler import handler
from tests.conformance.play import Known
from tests.connection import TIMEOUT, Client

T = TypeVar("T")
Answer = Callable[[Any], Result]

FUNCTION = Function(
    arn="arn:aws:lambda:eu-west-1:123456789012:function:demo",
    name="demo",
    version="$LATEST",
    handler="app.handler",
    runtime="python3.13",
    timeout=3,
    memory_size=128,
    code_sha256="",
    log_group="/aws/lambda/demo",
)
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/0123456789abcdef"
TARGET = Target(FUNCTION.arn, FUNCTION, permitted=True)
# Of ELBSecurityPolicy-TLS13-1-2-2021-06; what a policy is, tests/clients/test_security_policies.py shows.
POLICY = SecurityPolicy(
    ("TLSv1.2", "TLSv1.3"),
    ("TLS_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
)
KNOWN = Known({"single": TARGET_GROUP, "multi": TARGET_GROUP})


def result(payload: bytes, failure: str = "") -> Result:
    return Result("8f5c0ffe-0000-4000-8000-000000000001", payload, failure)


def played(event: bytes) -> Result:
    """What the conformance kit's function returns."""
    return result(json.dumps(handler(json.loads(event))).encode())


def ok(_: bytes) -> Result:
    return result(b'{"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "ok"}')


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(TIMEOUT)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(TIMEOUT)
        self.loop.close()


class FakePool:
    """Has the `invoke` of a pool. Each payload is kept in `payloads`; `answer` makes the result of it, once
    `free` is set. Until then the function runs, or (`cold`) waits for an environment."""

    def __init__(self, answer: Answer, cold: bool) -> None:
        self.payloads: queue.Queue[bytes] = queue.Queue()
        self.taken_back: queue.Queue[bytes] = queue.Queue()
        self.free = asyncio.Event()
        self._answer = answer
        self._cold = cold

    def waits(self, caller: asyncio.Task[Any]) -> bool:
        return self._cold and not self.free.is_set()

    async def invoke(self, function: Invocable, payload: bytes, *, trace: str = "") -> Result:
        self.payloads.put(payload)
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            self.taken_back.put(payload)
            raise
        return self._answer(payload)


class Records(Journal):
    """A journal that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: queue.Queue[Record] = queue.Queue()

    def add(self, reply: Reply, groups: Mapping[str, TargetGroup]) -> None:
        super().add(reply, groups)
        noted = self.record(self.bounds[1])
        assert noted is not None
        self.queue.put(Record(**{name: noted[name] for name in Record._fields}))


class Balancer:
    """One load balancer with one listener, and what went to its function and to its journal."""

    def __init__(
        self,
        loop: Loop,
        *,
        port: int = 80,
        attributes: Mapping[str, str] | None = None,
        listener_attributes: Mapping[str, str] | None = None,
        rules: tuple[Rule, ...] = (),
        default: Action | None = None,
        multi_value: bool = False,
        targets: tuple[Target, ...] = (TARGET,),
        groups: Mapping[str, TargetGroup] | None = None,
        answer: Answer = ok,
        held: bool = False,
        cold: bool = False,
        certificate: tls.Certificate | None = None,
        health: Callable[[str, str], TargetHealth] = lambda group, target: DISABLED,
    ) -> None:
        self._loop = loop
        self._health = health
        self._pool = FakePool(answer, cold)
        if not (held or cold):
            self._pool.free.set()
        self._records = Records()
        self._entries: queue.Queue[Entry] = queue.Queue()
        last = Rule("default", None, (), default or Forward(((TARGET_GROUP, 1),)))
        self._certificate = certificate
        protocol, arns = ("HTTPS", (certificate.arn,)) if certificate else ("HTTP", ())
        policy = POLICY if certificate else None
        listener = Listener(
            "listener", port, protocol, (*rules, last), arns, policy, attributes=listener_attributes or {}
        )
        balancer = LoadBalancer(ARN, "demo", DNS_NAME, (listener,), attributes or {})
        known = groups or {TARGET_GROUP: TargetGroup(TARGET_GROUP, "demo", multi_value, targets)}
        self._plane: DataPlane = loop.run(self._start(Topology((balancer,), known)))
        host, _, local = self._plane.served()[0].address.rpartition(":")
        self.address = (host, int(local))

    async def _start(self, topology: Topology) -> DataPlane:
        self._transfers = Transfers()
        self.addresses = AddressTargets(self._transfers, self._health)
        self.addresses.apply(topology.target_groups)
        exchange = Exchange(
            self._pool,
            self._records,
            lambda: topology.target_groups,
            log=lambda balancer, entry: self._entries.put(entry),
            addresses=self.addresses,
        )
        plane = DataPlane(exchange, lambda arn: self._certificate)
        await plane.apply(topology)
        return plane

    def close(self) -> None:
        self._loop.run(self._plane.close())
        self._loop.loop.call_soon_threadsafe(self._transfers.dial.close)

    def connect(self) -> Client:
        return Client(self.address)

    def release(self) -> None:
        """Let the function answer, if it was held, after the loop has seen what came in before."""
        self.settle()
        self._loop.loop.call_soon_threadsafe(self._pool.free.set)

    def call(self, work: Callable[[], object]) -> None:
        """Have something done in the loop."""

        async def done() -> None:
            work()

        self._loop.run(done())

    def settle(self) -> None:
        """Let the loop see what came in before."""
        for _ in range(10):
            self._loop.run(asyncio.sleep(0))

    def event(self) -> bytes:
        """What the function got, in order."""
        return self._pool.payloads.get(timeout=TIMEOUT)

    def taken_back(self) -> bytes:
        """What the function would have got, had its caller not been cancelled; in order."""
        return self._pool.taken_back.get(timeout=TIMEOUT)

    def invoked(self) -> int:
        """How many events the function got that were not looked at."""
        return self._pool.payloads.qsize()

    def protocols(self) -> list[Any]:
        """The connections that are open, as they are inside."""
        opened = self._plane._connections._open.values()
        return [transport.get_protocol() for each in opened for transport in each]

    def nothing_invoked(self) -> bool:
        return self._pool.payloads.empty()

    def record(self) -> Record:
        """What the journal got, in order."""
        return self._records.queue.get(timeout=TIMEOUT)

    def detail(self) -> Detail:
        """What is kept of the request that was over last."""
        found = self._records.detail(self._records.bounds[1])
        assert found is not None
        return found

    def entry(self) -> Entry:
        """What the access log got, in order."""
        return self._entries.get(timeout=TIMEOUT)
