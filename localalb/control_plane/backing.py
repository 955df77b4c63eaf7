"""What stands behind the control plane, as the control plane sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from localalb.balancer.health import TargetHealth
from localalb.control_plane.stale import Stale
from localalb.runtime.asynchronous import Event
from localalb.runtime.distribution import Sample
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result


class Backing(Protocol):
    """The functions, the load balancers and the logs. Called from the server's threads."""

    def invoke(self, function: Invocable, payload: bytes, client_context: str | None) -> Result:
        """Run a function once. Raises `Throttled`."""

    def invoke_later(self, event: Event) -> None:
        """Run a function asynchronously."""

    def changed(self, region: str, stale: Stale) -> None:
        """Load balancers or functions of a region changed; return when the data plane serves the change."""

    def flush_logs(self) -> None: ...

    def metrics(self, account: str, region: str) -> Iterable[Sample]:
        """What functions and load balancers have published to CloudWatch."""

    def health(self, target_group: str, target: str) -> TargetHealth: ...

    def answer(self, method: str, path: str, query: Mapping[str, str]) -> Any:
        """What localalb's own requests get, `/_localalb/...`: text, or what becomes JSON. `query` has the
        fields of a form too. Raises `LookupError` for what there is not, `ValueError` for what is wrong."""
