"""Access logs on their way to the buckets their load balancers name."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from localalb.balancer import access_log
from localalb.balancer.access_log import Entry
from localalb.balancer.topology import LoadBalancer

INTERVAL = 300.0  # seconds: "publishes a log file for each node every 5 minutes" (user guide, "Access logs")

Write = Callable[[str, str, str, bytes], None]


class Destination(NamedTuple):
    load_balancer: str
    bucket: str
    prefix: str


class AccessLogs:
    """Gathers entries; `flush` writes an object for each load balancer. Safe to use from every thread."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._entries: defaultdict[Destination, list[str]] = defaultdict(list)

    def put(self, balancer: LoadBalancer, entry: Entry) -> None:
        attributes = balancer.attributes
        bucket = attributes.get("access_logs.s3.bucket")
        if attributes.get("access_logs.s3.enabled") != "true" or not bucket:
            return
        destination = Destination(balancer.arn, bucket, attributes.get("access_logs.s3.prefix", ""))
        with self._lock:
            self._entries[destination].append(access_log.line(entry))

    def flush(self) -> None:
        with self._lock:
            entries, self._entries = self._entries, defaultdict(list)
        for destination, lines in entries.items():
            account = destination.load_balancer.split(":")[4]
            key = access_log.key(destination.load_balancer, destination.prefix, time.time())
            self._write(account, destination.bucket, key, access_log.compress(lines))
