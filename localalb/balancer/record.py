"""What was asked and what became of it: the record of one request, as terminals, logs and lists show it.

Kept is a tuple of text and numbers, in which the garbage collector has nothing to look for. `opened` makes
words of it for who reads: of ten thousand requests a few are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from localalb.balancer.access_log import stamp
from localalb.balancer.reply import Reply
from localalb.balancer.topology import TargetGroup

Kept = tuple[
    float, float, str, str, int, tuple[str, int], str, str, int, str, str, str, str, str, str, bool, int
]
"""A record as it is kept, and last how many characters its target and its reason have."""


class Record(NamedTuple):
    """One request. `time` is ISO 8601, `duration_ms` from the last byte read to the response. `reason` is
    the access log's word for a refusal and `why` the sentence for the developer, both empty when all went
    well. `rule` is the access log's word: a priority, 0 for the default, empty or -1 where none was found.
    `request_id` is the function's; `cold` says that its environment was started for it."""

    time: str
    region: str
    load_balancer: str
    port: int
    client: str
    method: str
    target: str
    status: int
    duration_ms: float
    reason: str = ""
    why: str = ""
    target_group: str = ""
    request_id: str = ""
    rule: str = ""
    function: str = ""
    cold: bool = False

    def line(self) -> str:
        words = f"{self.load_balancer}:{self.port} {self.method} {self.target} {self.status}"
        return " ".join(filter(None, (words, self.reason))) + (f": {self.why}" if self.why else "")


def kept(reply: Reply, groups: Mapping[str, TargetGroup], masked: Callable[[str], str]) -> Kept:
    """What is kept of a reply that was sent. `masked` hides what looks like a secret in a text: a record
    outlives the detail, in which nothing is hidden."""
    entry, result = reply.entry, reply.result
    came = entry.request  # as it came, not as a transform made it
    target, why = masked(came.target), masked(reply.why)
    return (
        entry.created, entry.finished, reply.balancer.arn, reply.balancer.name, reply.listener.port,
        came.peer, came.method, target, entry.status, entry.reason, why,
        entry.target_group, reply.request_id, entry.rule, _function(groups.get(entry.target_group)),
        result is not None and result.init is not None,
        len(target) + len(why),
    )  # fmt: skip


def opened(kept: Kept) -> Record:
    """The record that is kept so."""
    (
        created, finished, arn, name, port,
        (address, client_port), method, target, status, reason, why,
        target_group, request_id, rule, function,
        cold,
        _,
    ) = kept  # fmt: skip
    return Record(
        f"{stamp(finished)[:-4]}+00:00",  # in milliseconds
        _region(arn), name, port,
        f"{address}:{client_port}", method, target, status,
        round((finished - created) * 1000, 3),
        reason, why,
        _name(target_group), request_id, rule, function,
        cold,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _region(arn: str) -> str:
    return arn.split(":")[3]


@lru_cache(maxsize=64)
def _name(target_group: str) -> str:
    return target_group.rpartition(":targetgroup/")[2].partition("/")[0]


def _function(group: TargetGroup | None) -> str:
    """The name of the function behind a target group, empty where there is none."""
    target = group.targets[0] if group and group.targets else None
    return target.function.name if target and target.function else ""
