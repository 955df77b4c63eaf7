"""An access log entry in the load balancer's own format, and the name of the object that holds entries.

User guide, "Access logs for your Application Load Balancer", section "Access log entries".
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from localalb.http.message import Request
from localalb.login.gate import Visit

NODE = "127.0.0.1"  # the load balancer's one address
MAX_AGENT = 8 * 1024  # bytes of the user agent that an entry has

_plain = re.compile("[ !#-~]*").fullmatch  # printable ASCII but the quote
_UNSAFE = re.compile("[^ !#-~]")
_TIERS = ("-", "Acceptable", "Ambiguous", "Severe")  # by number


@dataclass(slots=True)
class Entry:
    """One request and what became of it. Times are seconds since the epoch, durations seconds, -1 for none.

    Filled in as the request goes; an empty string is a field without a value. `target` is the address and
    port of a target that has some; `dispatched` is when it got the request, `refused` that it took no
    connection, `talked` how many bytes came behind a 101. `request` stays the one
    that came, whatever a transform makes of it.
    """

    request: Request
    load_balancer: str
    created: float
    finished: float = 0.0
    target_duration: float = -1.0
    status: int = 0
    target_status: int = 0
    sent: int = 0
    target_group: str = ""
    trace: str = ""
    rule: str = ""
    action: str = ""
    redirect: str = ""
    reason: str = ""
    target: str = ""
    dispatched: float = 0.0
    refused: bool = False
    talked: int = 0
    transformed_host: str = ""
    transformed_uri: str = ""
    transform_status: str = ""
    visit: Visit | None = None

    def did(self, action: str) -> None:
        """Note an action; those of one request are a list, in the order they were done."""
        self.action = f"{self.action},{action}" if self.action else action


def line(entry: Entry) -> str:
    """The fields in their order, parted by spaces, those that may hold spaces in quotes."""
    request, verdict = entry.request, entry.request.verdict
    waited = entry.target_duration
    durations = "-1 -1 -1"
    if waited >= 0:
        # Of a function, what passed outside of it; of an address, what passed before it had the request.
        before = (entry.dispatched or entry.finished - waited) - entry.created
        durations = f"{max(before, 0.0):.3f} {waited:.3f} 0.000"
    target_status = entry.target_status or "-"
    version, suite = (request.secure and request.cipher) or ("", "")
    # What comes of bytes that a client chose, looked at together: nearly always there is nothing to escape.
    chosen: tuple[str, ...] = (
        _request(request),
        (request.first("user-agent") or "")[:MAX_AGENT],
        entry.trace,
        request.server_name,
        entry.redirect,
        entry.reason,
        entry.transformed_host,
        entry.transformed_uri,
    )
    if not _plain("".join(chosen)):
        chosen = tuple(map(_escaped, chosen))
    asked, agent, trace, server_name, redirect, reason, host, uri = chosen
    return (
        f"{_type(entry)} {stamp(entry.finished)} {short(entry.load_balancer)} "
        f"{request.peer[0]}:{request.peer[1]} "
        f"{entry.target or '-'} "  # a Lambda target has none
        f"{durations} {entry.status} {target_status} {request.taken + entry.talked} {entry.sent} "
        f'"{asked}" "{agent or "-"}" {suite or "-"} {version or "-"} {entry.target_group or "-"} '
        f'"{trace or "-"}" "{server_name or "-"}" "{request.certificate or "-"}" '
        f"{entry.rule or '-'} {stamp(entry.created)} "
        f'"{entry.action or "-"}" "{redirect or "-"}" "{reason or "-"}" '
        f'"{entry.target or "-"}" "{target_status if entry.target else "-"}" '
        f'"{_TIERS[verdict.tier]}" "{verdict.reason or "-"}" {request.connection or "-"} '
        f'"{host or "-"}" "{uri or "-"}" "{entry.transform_status or "-"}" {NODE}'
    )


def _type(entry: Entry) -> str:
    request = entry.request
    if entry.status == 101:
        return "wss" if request.secure else "ws"
    if request.version.startswith("2"):
        return "h2"
    return request.scheme


def _request(request: Request) -> str:
    """ "method protocol://host:port/uri HTTP-version", dashes for what never became a request."""
    if request.method == "-":
        return f"- {request.scheme}://-:{request.port}- -"
    version = "2.0" if request.version == "2" else request.version
    host = (request.host_and_port or "-").partition(":")[0]
    query = f"?{request.query}" if request.query else ""
    return f"{request.method} {request.scheme}://{host}:{request.port}{request.path}{query} HTTP/{version}"


def _escaped(text: str) -> str:
    """Quotes and what is no printable ASCII as \\xNN, so that an entry stays a line."""
    return _UNSAFE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def stamp(seconds: float) -> str:
    second, rest = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{_second(second)}.{rest:06d}Z"


@lru_cache(maxsize=8)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def short(arn: str) -> str:
    """app/<name>/<id>, as the log names a load balancer."""
    return arn.partition(":loadbalancer/")[2] or arn


def key(arn: str, prefix: str, ended: float, *, address: str = NODE, kind: str = "") -> str:
    """The object's key: [prefix/]AWSLogs/account/elasticloadbalancing/region/yyyy/mm/dd/name.log.gz. `kind`
    is what the name begins with, nothing for access logs."""
    _, _, _, region, account, _ = arn.split(":", 5)
    end = datetime.fromtimestamp(ended, UTC)
    name = "_".join(
        (
            kind + account,
            "elasticloadbalancing",
            region,
            short(arn).replace("/", "."),
            f"{end:%Y%m%dT%H%MZ}",
            address,
            secrets.token_hex(4),
        )
    )
    return f"{root(account, prefix)}/elasticloadbalancing/{region}/{end:%Y/%m/%d}/{name}.log.gz"


def root(account: str, prefix: str) -> str:
    """What the keys of an account's logs begin with."""
    start = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    return f"{start}AWSLogs/{account}"
