"""What can be seen of a cloud at work, from any thread: for localalb's own requests and for the inspector."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from localalb.balancer.exchange import Exchange
from localalb.balancer.explain import explain
from localalb.balancer.explanation import Explanation
from localalb.balancer.health import TargetHealth
from localalb.balancer.journal import Journal
from localalb.balancer.topology import Forward, TargetGroup
from localalb.control_plane import log_store
from localalb.control_plane.login_server import LoginServer
from localalb.http.message import Request
from localalb.runtime.logs import LogBook
from localalb.runtime.pool import Pool
from localalb.serving.server import DataPlane


@dataclass(frozen=True, slots=True)
class Sight:
    """The parts of a cloud that are looked at. `groups` gives the target groups as they are now, `health`
    that of a target group's target, `named` what a function logged with the user's own files."""

    journal: Journal
    log_book: LogBook
    data: DataPlane
    exchange: Exchange
    login: LoginServer
    pool: Pool
    groups: Callable[[], Mapping[str, TargetGroup]]
    health: Callable[[str, str], TargetHealth]
    named: Callable[[str], str]

    def explainer(
        self, groups: Mapping[str, TargetGroup] | None = None, when: float | None = None
    ) -> Callable[..., Explanation]:
        """`balancer.explain.explain` of what there is, or of these target groups and a time (seconds since
        the epoch) that has been. Health is always that of now."""
        now = int(time.time() if when is None else when)

        def stuck(action: Forward, request: Request) -> str | None:
            return self.exchange.stuck(action, request, now)

        return partial(
            explain,
            groups=self.groups() if groups is None else groups,
            health=self.health,
            reached=self.login.gate.endpoints.reached,
            stuck=stuck,
        )

    def log(self, group: str | None = None, region: str | None = None, **more: Any) -> list[log_store.Event]:
        """Events of `log_store.read`, with what functions have logged until now."""
        self.log_book.flush()
        return log_store.read(group, region, **more)
