"""Keeps the topology up to date: reads again what has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from localalb.balancer import topology
from localalb.balancer.topology import Topology
from localalb.control_plane import discovery
from localalb.control_plane.discovery import Reading
from localalb.control_plane.stale import NOTHING_READ, Stale


class Regions:
    """Reads what has changed in a region, one reading at a time. A region's first reading is of all it has.

    `clients` gives the boto3 client of a service and a region.

    Several changes that arrive while one is being read share the next reading.
    """

    def __init__(self, clients: Callable[[str, str], Any], apply: Callable[[Topology], None]) -> None:
        self._clients = clients
        self._apply = apply
        self._lock = threading.Lock()
        self._asked = 0
        self._done = 0
        self._counting = threading.Lock()
        self._stale: dict[str, Stale] = {}
        self._readings: dict[str, Reading] = {}

    def changed(self, region: str, stale: Stale) -> None:
        """Read what is stale and apply it, unless a reading that began since has done both."""
        with self._counting:
            self._asked += 1
            mine = self._asked
            self._note(region, stale)
        with self._lock:
            if self._done >= mine:
                return
            with self._counting:
                asked = self._asked
                regions, self._stale = self._stale, {}
            try:
                for name, what in regions.items():
                    self._readings[name] = self._read(name, what)
                self._apply(topology.merge(reading.topology for reading in self._readings.values()))
            except BaseException:
                with self._counting:  # it is as stale as it was, for whoever comes next
                    for name, what in regions.items():
                        self._note(name, what)
                raise
            self._done = asked

    def _note(self, region: str, stale: Stale) -> None:
        self._stale[region] = self._stale.get(region, NOTHING_READ) | stale

    def _read(self, region: str, stale: Stale) -> Reading:
        elbv2, lambda_ = self._clients("elbv2", region), self._clients("lambda", region)
        return discovery.read(elbv2, lambda_, self._readings.get(region), stale)
