"""What an answer takes as things grow: rules, functions, bodies and streams, in both modes, with and without
TLS.

One cloud has all of it; each row is asked in turn, over one connection that is kept, round by round. The
processor time is that of the cloud and its functions.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.contestants import Server
from bench.figures import heading, line, table
from tests.certificates import Authority
from tests.cloud.secure import Http2
from tests.connection import Client
from tests.sites import Site, Sites, running

NAME = "growth.example"
ROUNDS, EACH = 9, 50  # of requests: in the first round each function starts
STREAMS = 32
RULES, VALUES = (1, 10, 100), 5
FUNCTIONS = (1, 10, 50)
SIZES = {"1 KB": 1_000, "64 KB": 64_000, "1 MB": 1_000_000}
# The result is Lambda's to 1 MB, as JSON and with base64's third (user guide, "Lambda functions as targets").
OUT = {"1 KB": 1_000, "64 KB": 64_000, "1 MB": 1_000_000, "1 MB, base64": 780_000}
FLAT = 1.25  # times the first row's: the budget of rules and functions
COLUMNS = {"median": "ms", "p99": "ms", "processor": "\u00b5s"}

# Answers with as much as it is asked for, as text or as base64; what it is sent it takes.
CODE = """
import base64

def handler(event, context):
    name, _, size = event["path"].rpartition("/")
    body = "x" * (int(size) if size.isdigit() else 2)
    headers = {"content-type": "text/plain"}
    result = {"statusCode": 200, "isBase64Encoded": name == "/binary"}
    result["body"] = base64.b64encode(body.encode()).decode() if name == "/binary" else body
    if "multiValueHeaders" in event:
        return result | {"multiValueHeaders": {name: [value] for name, value in headers.items()}}
    return result | {"headers": headers}
"""


@dataclass
class Row:
    """What is asked, `answers` at a time, and the seconds, elapsed and of the processor, an answer took."""

    name: str
    ask: Callable[[], None]
    answers: int = 1
    times: list[float] = field(default_factory=list)
    processor: float = 0.0  # of all of them

    def figures(self) -> dict[str, float]:
        ordered = sorted(self.times)
        return {
            "median": round(statistics.median(ordered) * 1e3, 2),
            "p99": round(ordered[int(len(ordered) * 0.99)] * 1e3, 2),
            "processor": round(self.processor / (len(ordered) * self.answers) * 1e6),
        }


def asking(
    client: Client, path: str = "/", body: bytes = b"", kind: str = "text/plain", size: int = 2
) -> Callable[[], None]:
    """One request of these; raises `RuntimeError` where the answer is not as large as it should be."""
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: {NAME}\r\n"
    sent = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
    request = f"{head}{sent}\r\n".encode() + body

    def ask() -> None:
        client.send(request)
        reply = client.reply()
        if reply.status != 200 or len(reply.body) != size:
            raise RuntimeError(f"{path}: {reply.status}, {reply.body[:200]!r}")

    return ask


def rows(sites: Sites, stack: ExitStack) -> Iterator[Row]:
    def connected(site: Site) -> Client:
        return stack.enter_context(Client(site.address))

    plain = deployed(sites)
    client = connected(plain)
    yield Row("as it is", asking(client))
    yield from ruled(sites, connected)
    yield from functions(sites, connected)
    for name, size in SIZES.items():
        yield Row(f"{name} in", asking(client, body=b"x" * size))
        yield Row(f"{name} in, base64", asking(client, body=b"x" * size, kind="application/octet-stream"))
    for name, size in OUT.items():
        # The result may have 1 MB with all that stands around the body.
        size = size - 300 if size == 1_000_000 else size
        path = f"/binary/{size}" if "base64" in name else f"/text/{size}"
        yield Row(f"{name} out", asking(client, path, size=size))
    multi = connected(deployed(sites, multi_value=True))
    yield Row("multi-value headers", asking(multi))
    yield from secure(sites, stack)


def deployed(sites: Sites, **more: Any) -> Site:
    """A site whose connections last for the bench."""
    return sites.deploy(CODE, attributes={"idle_timeout.timeout_seconds": "4000"}, **more)


def ruled(sites: Sites, connected: Callable[[Site], Client]) -> Iterator[Row]:
    """The last value of the last rule takes the request."""
    for count in RULES:
        site = deployed(sites)
        forward = {"Type": "forward", "TargetGroupArn": site.target_group}
        for number in range(count):
            paths = [f"/{number}/{value}/*" for value in range(VALUES)]
            sites.elbv2.create_rule(
                ListenerArn=site.listener,
                Priority=number + 1,
                Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": paths}}],
                Actions=[forward],
            )
        client = connected(site)
        yield Row(counted(count, "rule"), asking(client, f"/{count - 1}/{VALUES - 1}/2"))


def functions(sites: Sites, connected: Callable[[Site], Client]) -> Iterator[Row]:
    """Behind a rule each, asked by turns."""
    for count in FUNCTIONS:
        site = deployed(sites)
        for number in range(count):
            group = sites.target_group(sites.function(CODE))
            action = {"Type": "forward", "TargetGroupArn": group}
            sites.rule(site, action, priority=number + 1, path=f"/{number}/*")
        client = connected(site)
        turns = itertools.cycle([asking(client, f"/{number}/2") for number in range(count)])
        yield Row(counted(count, "function"), lambda turns=turns: next(turns)())  # type: ignore[misc]


def secure(sites: Sites, stack: ExitStack) -> Iterator[Row]:
    authority = Authority()
    context = authority.context("http/1.1")
    context.check_hostname = False  # the address is this machine's
    certificate = authority.issue(NAME).imported(sites.client("acm"))
    site = deployed(sites, port=443, certificate=certificate)
    kept = stack.enter_context(Client(site.address, context))
    yield Row("TLS", asking(kept))

    def anew() -> None:
        with Client(site.address, context) as client:
            asking(client)()

    yield Row("TLS, a connection each", anew)
    for streams in (1, STREAMS):
        client = stack.enter_context(Http2(site.address, authority.context("h2"), NAME))
        name = "HTTP/2, 1 stream" if streams == 1 else f"HTTP/2, {streams} streams at a time"
        yield Row(name, multiplexed(client, streams), streams)


def multiplexed(client: Http2, streams: int) -> Callable[[], None]:
    def ask() -> None:
        begun = [client.begin() for _ in range(streams)]
        for stream in begun:
            answer = client.answer(stream)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}")

    return ask


def measure(found: list[Row], server: Server) -> None:
    """Fill the rows' lists, round by round."""
    for number in range(ROUNDS + 1):
        for row in found:
            before = server.processor_time()
            for _ in range(max(2, EACH // row.answers)):
                began = time.perf_counter()
                row.ask()
                if number:  # in the first round execution environments start
                    row.times.append((time.perf_counter() - began) / row.answers)
            if number:
                row.processor += server.processor_time() - before


def main() -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line for each budget missed."""
    print(heading("growth"))
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as sites, ExitStack() as stack:
        process = next(each for each in psutil.Process().children() if "localalb" in each.cmdline())
        measured = list(rows(sites, stack))
        measure(measured, Server(sites.endpoint_url, process))
        figures = {row.name: row.figures() for row in measured}
    print(table(figures, COLUMNS))
    print(line("growth", figures, units=COLUMNS))
    return missed(figures)


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count > 1)}"


def missed(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A line for each row that is no longer flat, by processor time."""
    lines = []
    for what, counts in (("rule", RULES), ("function", FUNCTIONS)):
        first, *more = (counted(count, what) for count in counts)
        alone = figures[first]["processor"]
        lines += [
            f"growth, {name}: {figures[name]['processor']:,.0f} \u00b5s, with {first} {alone:,.0f}"
            for name in more
            if figures[name]["processor"] > FLAT * alone
        ]
    return lines
