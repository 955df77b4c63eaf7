"""A local cloud: the control plane, the data plane and the functions, in one process."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from localalb.balancer import local_targets
from localalb.balancer.access_log import Entry
from localalb.balancer.address_target import AddressTargets
from localalb.balancer.delivery import INTERVAL, Deliveries
from localalb.balancer.exchange import Exchange
from localalb.balancer.explain import explain
from localalb.balancer.explanation import Explanation
from localalb.balancer.health import HealthChecks, TargetHealth
from localalb.balancer.journal import Journal
from localalb.balancer.local_targets import Places
from localalb.balancer.metrics import BalancerMetrics
from localalb.balancer.topology import LoadBalancer, TargetGroup, Topology
from localalb.control_plane import destinations, guard, log_store, moto_models, trust_stores
from localalb.control_plane.clients import Clients
from localalb.control_plane.discovery import functions
from localalb.control_plane.front import ControlPlane
from localalb.control_plane.login_server import LoginServer
from localalb.control_plane.regions import Regions
from localalb.control_plane.stale import Stale
from localalb.forwarding.probe import Probe
from localalb.forwarding.transfer import Transfers
from localalb.http.place import place
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
from localalb.serving import imagined
from localalb.serving.server import DataPlane
from localalb.stacks.isolation import Endpoint, isolate, new_key

logger = logging.getLogger("localalb.cloud")

DESCRIPTORS = 65536
SHOW_SECRETS = "LOCALALB_SHOW_SECRETS"  # set to 1, the values of secret query keys stand in the logs
# Seconds after which a thread that computes gives way to the loop. With Python's 5 ms a request would wait as
# long behind each of its system calls while the control plane is busy.
SWITCH = 0.0005
WATCH = 1.0  # seconds between two looks at the cloud's directory
LONGEST_WAIT = 5.0  # seconds; less than a client's patience


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
        self._places = dict(places or {})
        self._groups: Mapping[str, TargetGroup] = {}
        self._transfers = Transfers()
        self._health = HealthChecks(self._check, Probe(self._transfers.dial))
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
        tasks = [self._loop.create_task(work) for work in (self._deliver(), self._live_with_directory())]
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
            await self._data.close()
            self._transfers.dial.close()
            await self._pool.close()

    def stop(self) -> None:
        """End `run`; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._stopped.set)

    # What the control plane asks for, from its threads: `control_plane.backing.Backing`.

    def invoke(self, function: Invocable, payload: bytes, client_context: str | None) -> Result:
        work = self._pool.invoke(function, payload, client_context=client_context)
        running: Future[Result] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return running.result()

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
        match method, path:
            case "GET", "/_localalb/status":
                listeners = [asdict(served) | {"url": served.url} for served in self._data.served()]
                targets = local_targets.described(self._groups, self._places, self._health.of)
                found = {"id": self.id, "endpoint_url": self.endpoint_url, "listeners": listeners} | targets
                return found | {"login": {"mode": self._login.mode, "url": self._login.url}}
            case "POST", "/_localalb/targets":
                places = dict(place(f"{name}={where}") for name, where in query.items())
                asyncio.run_coroutine_threadsafe(self._send_to(places), self._loop).result()
                return {}
            case "GET", "/_localalb/requests":
                return self._requests(query)
            case "GET", "/_localalb/functions":
                return moto_models.functions()
            case "GET", "/_localalb/log-groups":
                self._log_book.flush()
                return log_store.groups()
            case "GET", "/_localalb/logs":
                return self._logs(query)
            case "POST", "/_localalb/explain":
                return asdict(self._explain(query))
            case "POST", "/_localalb/login":
                self._login.switch(endpoints.mode(query.get("mode", "")))
                return {}
            case "GET", _ if path == guard.PUBLIC_KEYS + self._login.gate.signer.key:
                return self._login.gate.signer.pem
            case "POST", "/_localalb/stop":
                self.stop()
                return {}
            case _:
                raise LookupError(f"{method} {path} is nothing that localalb answers")

    def _requests(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """The records behind the number `after`; with `wait` (seconds) not before there are some, or the time
        is over."""
        after = int(query.get("after", 0))
        if "wait" in query:
            self._journal.wait(after, min(float(query["wait"]), LONGEST_WAIT))
        return self._journal.as_json(after)

    def _logs(self, query: Mapping[str, str]) -> list[log_store.Event]:
        """The events of `group` (an ARN) or of all, in `region` or in all, behind `since` and `after`, the
        latest `tail` of them; with `wait` (seconds) not before there are some, or the time is over."""
        tail = int(query["tail"]) if "tail" in query else None
        since, after = int(query.get("since", 0)), int(query.get("after", -1))
        while True:
            self._log_book.flush()
            group, region = query.get("group"), query.get("region")
            found = log_store.read(group, region, since=since, after=after, tail=tail)
            if found or "wait" not in query:
                return found
            self._log_book.wait(min(float(query["wait"]), LONGEST_WAIT))
            query = {**query}
            del query["wait"]

    def _explain(self, query: Mapping[str, str]) -> Explanation:
        now = int(time.time())
        known = partial(
            explain,
            groups=self._groups,
            health=self._health.of,
            reached=self._login.gate.endpoints.reached,
            stuck=lambda action, request: self._exchange.stuck(action, request, now),
        )
        return imagined.explained(json.loads(query["request"]), self._data.listeners(), known)

    def _note(self, balancer: LoadBalancer, entry: Entry) -> None:
        """A request is over."""
        self._deliveries.put_request(balancer, entry)
        self._metrics.over(entry)

    # What asynchronous invocations need: everything about a function is asked anew at each try.

    async def _settings(self, arn: str) -> Settings:
        return await asyncio.to_thread(destinations.settings, self._lambda_of(arn), arn)

    async def _invoke_event(self, event: Event) -> Result:
        function = await asyncio.to_thread(functions.invocable, self._lambda_of(event.arn), event.arn)
        if function is None:
            raise LookupError(f"{event.arn} does not exist any more")
        return await self._pool.invoke(
            function, event.payload, request_id=event.request_id, client_context=event.client_context
        )

    async def _send_outcome(self, settings: Settings, outcome: Outcome) -> None:
        await asyncio.to_thread(destinations.send, self._clients, settings, outcome)

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
        asyncio.run_coroutine_threadsafe(self._serve(changed), self._loop).result()

    async def _serve(self, changed: Topology) -> None:
        # botocore's and moto's models are a million objects that stay; looking through them for garbage
        # would stop every request for a third of a second, again and again.
        gc.freeze()
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
