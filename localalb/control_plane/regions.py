"""Keeps the topology up to date: reads again the regions in which something has changed."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from localalb.balancer import topology
from localalb.balancer.topology import Topology
from localalb.control_plane import discovery

logger = logging.getLogger("localalb.regions")

READINGS = 5  # of a region in which things are deleted while it is read


class Regions:
    """Reads the regions in which something has changed, one reading at a time.

    Several changes that arrive while one is being read share the next reading.
    """

    def __init__(self, endpoint_url: str, key: str, apply: Callable[[Topology], None]) -> None:
        self._endpoint_url = endpoint_url
        self._key = key
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
        session = boto3.session.Session(aws_access_key_id=self._key, aws_secret_access_key="testing")
        config = Config(retries={"max_attempts": 1}, max_pool_connections=4)
        return session.client(service, region, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]
