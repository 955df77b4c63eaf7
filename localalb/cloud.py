"""A local cloud: the control plane, the data plane and the functions, in one process."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from localalb import garbage
from localalb.balancer import local_targets
from localalb.balancer.access_log import Entry
from localalb.balancer.address_target import AddressTargets
from localalb.balancer.delivery import INTERVAL, Deliveries
from localalb.balancer.exchange import Exchange
from localalb.balancer.health import HealthChecks, TargetHealth
from localalb.balancer.journal import Journal
from localalb.balancer.local_targets import Places
from localalb.balancer.metrics import BalancerMetrics
from localalb.balancer.topology import LoadBalancer, TargetGroup, Topology
from localalb.control_plane import destinations, moto_models, trust_stores
from localalb.control_plane.answers import Answers
from localalb.control_plane.clients import Clients
from localalb.control_plane.discovery import functions
from localalb.control_plane.front import ControlPlane
from localalb.control_plane.login_server import LoginServer
from localalb.control_plane.regions import Regions
from localalb.control_plane.sight import Sight
from localalb.control_plane.stale import Stale
from localalb.debugging.debugging import Debugging
from localalb.debugging.questions import Questions
from localalb.forwarding.probe import Probe
from localalb.forwarding.transfer import Transfers
from localalb.inspector.server import Inspector
from localalb.login import endpoints
from localalb.runtime import code, strays
from localalb.runtime.asynchronous import Asynchronous, Event, Outcome, Settings, retry_wait
from localalb.runtime.distribution import Sample
from localalb.runtime.function import Invocable
from localalb.runtime.logs import LogBook
from localalb.runtime.pool import Pool
from localalb.runtime.result import Result, Throttled
from localalb.runtime.surroundings import Place
from localalb.runtime.wheels import NO_DOWNLOADS
from localalb.serving.server import DataPlane
from localalb.stacks.isolation import Endpoint, isolate, new_key

logger = logging.getLogger("localalb.cloud")

DESCRIPTORS = 65536
SHOW_SECRETS = "LOCALALB_SHOW_SECRETS"  # set to 1, the values of secret query keys stand in the logs
# Seconds after which a thread that computes gives way to the loop. With Python's 5 ms a request would wait as
# long behind each of its system calls while the control plane is busy.
SWITCH = 0.0005
WATCH = 1.0  # seconds between two looks at the cloud's directory
T = TypeVar("T")


class Cloud:
    """Ties the parts together. Everything but what `Backing` asks for runs in the event loop. `places` are
    the addresses for target groups by name."""

    def __init__(
        self, directory: Path, port: int = 0, places: Places | None = None, login: str = "loopback"
    ) -> None:
        self.id = uuid4().hex
        self.key = new_key()
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._journal = Journal(show_secrets=os.environ.get(SHOW_SECRETS) == "1")
        self._log_book = LogBook(moto_models.write_logs)
        self._deliveries = Deliveries(moto_models.write_object)
        self._metrics = BalancerMetrics()
        self._control = ControlPlane(self, self.key, port)
        self._clients = Clients(self.endpoint_url, self.key)
        self._asynchronous = Asynchronous(
            self._settings, self._invoke_event, self._send_outcome, first_wait=retry_wait(os.environ)
        )
        self._regions = Regions(self._clients, self._apply)
        self._directory = directory = directory.resolve()  # functions run elsewhere
        self._identity = os.stat(directory)
        place = Place(directory, code.link_sdk(directory / "sdk"), self.endpoint_url, self.key)
        self._login = LoginServer(endpoints.mode(login))
        self._pool = Pool(
            place,
            self._log_book,
            moto_models.package,
            layers=moto_models.layers,
            download=os.environ.get(NO_DOWNLOADS) != "1",
        )
        self._debugging = Debugging(self._pool, directory / "debugpy", self._current)
        self._places = dict(places or {})
        self._groups: Mapping[str, TargetGroup] = {}
        self._transfers = Transfers()
        self._health = HealthChecks(self._check, Probe(self._transfers.dial), self._debugging.pauses)
        self._addresses = AddressTargets(self._transfers, self._health.of)
        self._exchange = Exchange(
            self._pool,
            self._journal,
            groups=lambda: self._groups,
            log=self._note,
            ports=lambda balancer: self._data.ports(balancer),
            gate=self._login.gate,
            addresses=self._addresses,
        )
        self._data = DataPlane(
            self._exchange, moto_models.certificate, trust_stores.trust, self._deliveries.put_connection
        )
        sight = Sight(
            self._journal,
            self._log_book,
            self._data,
            self._exchange,
            self._login,
            self._pool,
            groups=lambda: self._groups,
            health=self._health.of,
            named=self._debugging.named,
        )
        self._inspector = Inspector(sight, self.key, self._invocable, self.invoke)
        self._answers = Answers(
            sight,
            about=self._about,
            inspector=self._inspector.addresses(directory),
            places=lambda: self._places,
            send_to=lambda places: self._wait_for(self._send_to(places)),
            stop=self.stop,
            others=Questions(self._debugging, self._loop),
        )

    @property
    def endpoint_url(self) -> str:
        return self._control.endpoint_url

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.endpoint_url, self.key)

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until SIGINT, SIGTERM or `stop`; `ready` is called once requests are answered."""
        _take_all_descriptors()
        sys.setswitchinterval(SWITCH)
        strays.adopt()
        # boto3 in this process reads the environment too.
        isolate(self.endpoint)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._stopped.set)
        self._control.start()
        self._inspector.start()
        works = (
            self._deliver(),
            self._live_with_directory(),
            garbage.collect(lambda: self._journal.bounds[1]),
        )
        tasks = [self._loop.create_task(work) for work in works]
        try:
            ready()
            await self._stopped.wait()
        finally:
            for task in tasks:
                task.cancel()
            self._health.close()
            await self._asynchronous.close()
            await asyncio.to_thread(self._control.stop)
            await asyncio.to_thread(self._login.stop)
            await asyncio.to_thread(self._inspector.stop)
            await self._data.close()
            self._transfers.dial.close()
            await self._debugging.close()
            await self._pool.close()

    def stop(self) -> None:
        """End `run`; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._stopped.set)

    # What the control plane asks for, from its threads: `control_plane.backing.Backing`.

    def invoke(self, function: Invocable, payload: bytes, client_context: str | None = None) -> Result:
        return self._wait_for(self._pool.invoke(function, payload, client_context=client_context))

    def invoke_later(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._asynchronous.accept, event)

    def changed(self, region: str, stale: Stale) -> None:
        self._regions.changed(region, stale)

    def flush_logs(self) -> None:
        self._log_book.flush()
        self._deliveries.flush()

    def metrics(self, account: str, region: str) -> Iterable[Sample]:
        for sample in (*self._metrics.samples(), *self._pool.metrics.samples()):
            if (sample[0].account, sample[0].region) == (account, region):
                yield sample

    def health(self, target_group: str, target: str) -> TargetHealth:
        return self._health.of(target_group, target)

    def answer(self, method: str, path: str, query: Mapping[str, str]) -> Any:
        return self._answers(method, path, query)

    def _about(self) -> dict[str, str]:
        return {"id": self.id, "endpoint_url": self.endpoint_url, "debugged": self._debugging.attached}

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done in the loop; not called there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _invocable(self, arn: str) -> Invocable | None:
        """What is invoked by an ARN; not called in the loop."""
        return functions.invocable(self._lambda_of(arn), arn)

    def _note(self, balancer: LoadBalancer, entry: Entry) -> None:
        """A request is over."""
        self._deliveries.put_request(balancer, entry)
        self._metrics.over(entry)

    # What asynchronous invocations need: everything about a function is asked anew at each try.

    async def _settings(self, arn: str) -> Settings:
        return await asyncio.to_thread(destinations.settings, self._lambda_of(arn), arn)

    async def _invoke_event(self, event: Event) -> Result:
        function = await asyncio.to_thread(self._invocable, event.arn)
        if function is None:
            raise LookupError(f"{event.arn} does not exist any more")
        return await self._pool.invoke(
            function, event.payload, request_id=event.request_id, client_context=event.client_context
        )

    async def _send_outcome(self, settings: Settings, outcome: Outcome) -> None:
        await asyncio.to_thread(destinations.send, self._clients, settings, outcome)

    async def _current(self, arn: str) -> Invocable | None:
        """A function by its unqualified ARN, as it is now: as a load balancer calls it, where one does."""
        for group in self._groups.values():
            for target in group.targets:
                if target.function is not None and target.function.versions[0].unqualified == arn:
                    return target.function
        return await asyncio.to_thread(functions.invocable, self._lambda_of(arn), arn)

    def _lambda_of(self, arn: str) -> Any:
        return self._clients("lambda", arn.split(":")[3])

    async def _check(self, function: Invocable, payload: bytes) -> Result:
        try:
            return await self._pool.invoke(function, payload)
        except Throttled as error:
            return throttled(error)

    async def _deliver(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            await asyncio.to_thread(self.flush_logs)

    async def _live_with_directory(self) -> None:
        """End when the directory has gone: nobody finds the way back to a cloud that has none."""
        while self._has_directory():
            await asyncio.sleep(WATCH)
        logger.warning("the cloud ends, as its directory %s has gone", self._directory)
        self._stopped.set()

    def _has_directory(self) -> bool:
        try:
            return os.path.samestat(self._identity, os.stat(self._directory))
        except OSError:
            return False

    def _apply(self, changed: Topology) -> None:
        """Serve a topology; returns when its sockets are open."""
        self._wait_for(self._serve(changed))

    async def _serve(self, changed: Topology) -> None:
        garbage.keep()
        await self._data.apply(changed)
        await self._locate()
        targets = (target for group in changed.target_groups.values() for target in group.targets)
        self._pool.keep({target.function for target in targets if target.function is not None})

    async def _send_to(self, places: Places) -> None:
        """Other places for the target groups of these names; the others stay where they are."""
        self._places |= places
        await self._locate()

    async def _locate(self) -> None:
        """Find out where the target groups' targets are reached, and ask them."""
        topology = self._data.topology
        own = {urlsplit(self.endpoint_url).port or 0}
        own |= {int(served.address.rpartition(":")[2]) for served in self._data.served()}
        self._groups = local_targets.located(topology.target_groups, self._places, own)
        self._addresses.apply(self._groups)
        self._health.apply(self._groups, topology.used())


def _take_all_descriptors() -> None:
    """Each connection and each environment takes some; shells start processes with 256 or 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def throttled(error: Throttled) -> Result:
    description = {"errorType": "TooManyRequestsException", "errorMessage": str(error)}
    return Result("", json.dumps(description).encode(), "error")
