"""Access and connection logs on their way to the buckets their load balancers name."""

from __future__ import annotations

import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from localalb.balancer import access_log, connection_log
from localalb.balancer.access_log import Entry
from localalb.balancer.connection_log import Opened
from localalb.balancer.topology import LoadBalancer

INTERVAL = 300.0  # seconds: "publishes a log file for each node every 5 minutes" (user guide, "Access logs")

Write = Callable[[str, str, str, bytes], None]


Destination = tuple[str, str, str, str]
"""Where entries go: the ARN of their load balancer, a bucket, a prefix, and what the objects' names begin
with."""


class Log(NamedTuple):
    """A log that a load balancer may write: the attributes that say whether and where, and what the objects'
    names begin with."""

    enabled: str
    bucket: str
    prefix: str
    kind: str


ACCESS = Log("access_logs.s3.enabled", "access_logs.s3.bucket", "access_logs.s3.prefix", "")
CONNECTION = Log(
    "connection_logs.s3.enabled",
    "connection_logs.s3.bucket",
    "connection_logs.s3.prefix",
    connection_log.KIND,
)


class Gathered:
    """The entries of an object, compressed as they come: in five minutes there may be half a million."""

    TOGETHER = 64  # entries, which take 0.2 ms

    def __init__(self) -> None:
        self._gzip = zlib.compressobj(1, wbits=31)
        self._compressed = bytearray()
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) == self.TOGETHER:
            self._compress()

    def end(self) -> bytes:
        self._compress()
        return bytes(self._compressed) + self._gzip.flush()

    def _compress(self) -> None:
        text = "".join(line + "\n" for line in self._lines)
        self._compressed += self._gzip.compress(text.encode())
        self._lines.clear()


class Deliveries:
    """Gathers entries; `flush` writes an object for each load balancer and kind. Safe to use from every
    thread."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._entries: defaultdict[Destination, Gathered] = defaultdict(Gathered)

    def put_request(self, balancer: LoadBalancer, entry: Entry) -> None:
        if destination := _destination(balancer, ACCESS):
            self._put(destination, access_log.line(entry))

    def put_connection(self, balancer: LoadBalancer, opened: Opened) -> None:
        if destination := _destination(balancer, CONNECTION):
            self._put(destination, connection_log.line(opened))

    def flush(self) -> None:
        with self._lock:
            entries, self._entries = self._entries, defaultdict(Gathered)
        for (arn, bucket, prefix, kind), gathered in entries.items():
            key = access_log.key(arn, prefix, time.time(), kind=kind)
            self._write(arn.split(":")[4], bucket, key, gathered.end())

    def _put(self, destination: Destination, line: str) -> None:
        with self._lock:
            self._entries[destination].add(line)


def _destination(balancer: LoadBalancer, log: Log) -> Destination | None:
    """Where the attributes of a load balancer send a log, None where it is off."""
    attributes = balancer.attributes
    bucket = attributes.get(log.bucket)
    if not bucket or attributes.get(log.enabled) != "true":
        return None
    return balancer.arn, bucket, attributes.get(log.prefix, ""), log.kind
