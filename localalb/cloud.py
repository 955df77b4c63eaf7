"""A local cloud: the control plane, the data plane and the functions, in one process."""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from localalb import discovery, moto_seams, topology
from localalb.control_plane import ControlPlane
from localalb.delivery import INTERVAL, AccessLogs
from localalb.exchange import Exchange
from localalb.health import HealthChecks, TargetHealth
from localalb.isolation import isolate
from localalb.journal import Journal
from localalb.runtime import code
from localalb.runtime.logs import LogBook
from localalb.runtime.pool import Pool, Throttled
from localalb.runtime.result import Result
from localalb.runtime.surroundings import Place
from localalb.server import DataPlane
from localalb.topology import Function, Topology

logger = logging.getLogger("localalb.cloud")

READINGS = 5


class Cloud:
    """Ties the parts together. Everything but what `moto_seams.Cloud` asks for runs in the event loop."""

    def __init__(self, directory: Path, port: int = 0) -> None:
        self.id = uuid4().hex
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._journal = Journal()
        self._log_book = LogBook(moto_seams.write_logs)
        self._access_logs = AccessLogs(moto_seams.write_object)
        self._control = ControlPlane(self, port)
        self._regions = _Regions(self.endpoint_url, self._apply)
        directory = directory.resolve()  # functions run elsewhere
        place = Place(directory, code.link_sdk(directory / "sdk"), self.endpoint_url)
        self._pool = Pool(place, self._log_book, moto_seams.package)
        exchange = Exchange(
            self._pool, self._journal, lambda: self._data.topology.target_groups, self._access_logs.put
        )
        self._data = DataPlane(exchange, moto_seams.certificate)
        self._health = HealthChecks(self._check)

    @property
    def endpoint_url(self) -> str:
        return self._control.endpoint_url

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until SIGINT, SIGTERM or `stop`; `ready` is called once requests are answered."""
        # boto3 in this process reads the environment too.
        isolate(self.endpoint_url)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._stopped.set)
        self._control.start()
        delivery = self._loop.create_task(self._deliver())
        try:
            ready()
            await self._stopped.wait()
        finally:
            delivery.cancel()
            self._health.close()
            await asyncio.to_thread(self._control.stop)
            await self._data.close()
            await self._pool.close()

    def stop(self) -> None:
        """End `run`; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._stopped.set)

    # What the control plane asks for, from its threads.

    def invoke(self, function: Function, payload: bytes, client_context: str | None) -> Result:
        work = self._pool.invoke(function, payload, client_context=client_context)
        running: Future[Result] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return running.result()

    def changed(self, region: str) -> None:
        self._regions.changed(region)

    def flush_logs(self) -> None:
        self._log_book.flush()
        self._access_logs.flush()

    def health(self, target_group: str, target: str) -> TargetHealth:
        return self._health.of(target_group, target)

    def answer(self, method: str, path: str) -> Any:
        match method, path:
            case "GET", "/_localalb/status":
                listeners = [asdict(served) | {"url": served.url} for served in self._data.served()]
                return {"id": self.id, "endpoint_url": self.endpoint_url, "listeners": listeners}
            case "GET", "/_localalb/requests":
                return self._journal.as_json()
            case "POST", "/_localalb/stop":
                self.stop()
                return {}
            case _:
                raise KeyError(path)

    async def _check(self, function: Function, payload: bytes) -> Result:
        try:
            return await self._pool.invoke(function, payload)
        except Throttled as error:
            return throttled(error)

    async def _deliver(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            await asyncio.to_thread(self.flush_logs)

    def _apply(self, changed: Topology) -> None:
        """Serve a topology; returns when its sockets are open."""
        asyncio.run_coroutine_threadsafe(self._serve(changed), self._loop).result()

    async def _serve(self, changed: Topology) -> None:
        # botocore's and moto's models are a million objects that stay; looking through them for garbage
        # would stop every request for a third of a second, again and again.
        gc.freeze()
        await self._data.apply(changed)
        self._health.apply(changed.target_groups)
        targets = (target for group in changed.target_groups.values() for target in group.targets)
        self._pool.keep({target.function for target in targets if target.function is not None})


def throttled(error: Throttled) -> Result:
    description = {"errorType": "TooManyRequestsException", "errorMessage": str(error)}
    return Result("", json.dumps(description).encode(), "error")


class _Regions:
    """Reads the regions in which something has changed, one reading at a time.

    Several changes that arrive while one is being read share the next reading.
    """

    def __init__(self, endpoint_url: str, apply: Callable[[Topology], None]) -> None:
        self._endpoint_url = endpoint_url
        self._apply = apply
        self._lock = threading.Lock()
        self._asked = 0
        self._done = 0
        self._counting = threading.Lock()
        self._stale: set[str] = set()
        self._topologies: dict[str, Topology] = {}

    def changed(self, region: str) -> None:
        with self._counting:
            self._asked += 1
            mine = self._asked
            self._stale.add(region)
        with self._lock:
            if self._done >= mine:
                return
            with self._counting:
                reading = self._asked
                regions, self._stale = self._stale, set()
            for name in regions:
                self._topologies[name] = self._read(name)
            self._apply(topology.merge(self._topologies.values()))
            self._done = reading

    def _read(self, region: str) -> Topology:
        clients = self._client("elbv2", region), self._client("lambda", region)
        for _ in range(READINGS):
            try:
                return discovery.read(*clients)
            except ClientError as error:
                # Something listed was deleted before it was described; the deletion is the next change.
                logger.debug("reading %s again: %s", region, error)
        return self._topologies.get(region, Topology())

    @functools.cache  # noqa: B019 - lives as long as the process
    def _client(self, service: str, region: str) -> Any:
        session = boto3.session.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        config = Config(retries={"max_attempts": 1}, max_pool_connections=4)
        return session.client(service, region, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]
