"""A Terraform directory, applied: its outputs, HTTP to its DNS names, AWS clients and its functions' logs."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
from requests import HTTPError, Response, Session

from localalb.stacks.adapter import Adapter, local_address
from localalb.stacks.explained import behind, explained
from localalb.stacks.home import ask
from localalb.stacks.invoked import invoked
from localalb.stacks.isolation import Endpoint
from localalb.stacks.log_in import log_in
from localalb.stacks.logged import Moment, logged, milliseconds
from localalb.stacks.recorded import Recorded, recorded
from localalb.stacks.terraform import NotInitialised, Terraform, TerraformError

# A worker that was killed leaves Terraform at work, which then lets go of the state.
WAIT = "-lock-timeout=10m"

logger = logging.getLogger("localalb.stacks")


class Stack:
    """What `localalb.pytest_plugin` hands to tests. `outputs` are Terraform's, as Python values.

    `http` is a requests session that reaches load balancers by their DNS names, and by whatever name `names`
    has for one: `stack.names["www.example.com"] = stack.outputs["dns_name"]`.
    """

    def __init__(
        self,
        terraform: Terraform,
        variables: Mapping[str, Any],
        endpoint: Endpoint | None = None,
        log: Path | None = None,
        working: Callable[[Sequence[str]], AbstractContextManager[None]] = lambda _: nullcontext(),
    ) -> None:
        """`endpoint` is the local cloud's, None on AWS. `log` takes what Terraform said when it fails, and
        `working` is held while arguments are applied."""
        self.directory: Path = terraform.directory
        self.outputs: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.http = Session()
        self._terraform = terraform
        self._endpoint = endpoint
        self._log = log
        self._working = working
        self._arguments = arguments(variables)
        self.http.trust_env = endpoint is None
        address = partial(local_address, endpoint) if endpoint else None
        for scheme in ("http://", "https://"):
            self.http.mount(scheme, Adapter(self.names, address))

    @property
    def state(self) -> Path:
        """The file with the stack's state."""
        return self._terraform.state

    def apply(self, **variables: Any) -> None:
        """Create or update the stack, with other variables where there are any: those alone are then its own.
        Raises `TerraformError`, with Terraform's error first."""
        __tracebackhide__ = True
        if variables:
            self._arguments = arguments(variables)
        try:
            with self._working(self._arguments):
                self._apply()
        except TerraformError as error:
            raise error.with_traceback(None) from None
        self.outputs = self._terraform.outputs()

    def _apply(self) -> None:
        apply = partial(
            self._terraform.apply,
            WAIT,
            *self._arguments,
            capture=True,
            log=self._log,
            adopt=logger.warning,
        )
        if not self._terraform.initialised:
            self._terraform.init()
        try:
            apply()
        except NotInitialised:  # since the last session there is another module, or provider
            self._terraform.init()
            apply()

    def plan(self) -> subprocess.CompletedProcess[str]:
        """A plan of the same variables: return code 0 when there is nothing to change, 2 when there is."""
        return self._terraform.plan(WAIT, *self._arguments)

    def destroy(self) -> None:
        """Raises `TerraformError`, as `apply` does."""
        __tracebackhide__ = True
        self._terraform.destroy(WAIT, *self._arguments, capture=True, log=self._log)

    def explain(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | str = b"",
        source: str = "127.0.0.1",
    ) -> dict[str, Any]:
        """What the load balancer would do with a request, without calling the function: what
        `localalb explain --json` prints (`balancer.explanation.Explanation`). `url` is one that `http` takes,
        or a path for the stack's output `url`, or `dns_name`; `source` is the client's IP address.

        Raises `LookupError` where the URL means no listener, `RuntimeError` on AWS, which does not say.
        """
        endpoint = self._local("stack.explain")
        if url.startswith(("/", "?")) and (base := self.outputs.get("url") or self.outputs.get("dns_name")):
            url = (base if "://" in base else f"http://{base}").rstrip("/") + url
        lines = [f"{name}: {value}" if value else f"{name};" for name, value in (headers or {}).items()]
        there, sent = behind(url, lines, self.names)
        data = body.encode() if isinstance(body, str) else body
        return explained(endpoint, method, there, sent, data, source)

    def requests(self, *, since: Moment | None = None) -> list[Recorded]:
        """The latest requests to the stack's load balancers and target groups, oldest first, as
        `localalb requests --json` prints them; of all stacks the cloud keeps 1000. `since` is a time: a
        `datetime`, or seconds since the epoch.

        Raises `RuntimeError` on AWS, where a load balancer tells its access log alone, minutes later.
        """
        return recorded(self._local("stack.requests"), self.state, milliseconds(since))

    def invoke(self, event: Any = None, function: str | None = None) -> Any:
        """The result of a function for an event, both as Python values: of the stack's only function, or of
        the one with this name or ARN, which may have a version or an alias behind it.

        Raises `FunctionError` where the function does, `LookupError` where the stack has no such function.
        """
        return invoked(self.state, event, function)

    def log_in(self, url: str, **claims: Any) -> Response:
        """What is behind a load balancer's login, for somebody with these claims; `http` is logged in then.
        Needs `--cloud-login=local`. Raises `RuntimeError` where the URL leads to no login of localalb's."""
        self._local("stack.log_in")
        return log_in(self.http, url, claims)

    def target(self, target_group: str, place: str) -> None:
        """Send the requests for a target group of type ip or instance, by its name, to ADDRESS:PORT, such as
        a server that the test has started. On AWS its targets are where they are, and this does nothing.
        Raises `ValueError`."""
        if self._endpoint is not None:
            try:
                ask(self._endpoint, f"targets?{urlencode({target_group: place})}", "POST")
            except HTTPError as error:
                raise ValueError(error.response.text.strip()) from None

    def client(self, service: str) -> Any:
        """A boto3 client of the cloud the stack is in."""
        return boto3.client(service)  # type: ignore[call-overload]

    def logs(self, group: str | None = None, *, since: Moment | None = None) -> list[str]:
        """The messages of a log group, oldest first, those from `since` on: a `datetime`, or seconds since
        the epoch. Without a name it is the output `log_group_name`, else the stack's only log group.

        Raises `LookupError` where there is none of that name, or several and none named.
        """
        return logged(self.state, group or self.outputs.get("log_group_name"), milliseconds(since))

    def _local(self, what: str) -> Endpoint:
        if self._endpoint is None:
            raise RuntimeError(
                f"{what} asks what only a local cloud knows, and this is AWS: leave the test out there, with "
                "a condition on request.config.getoption('--cloud')"
            )
        return self._endpoint


def arguments(variables: Mapping[str, Any]) -> list[str]:
    return [f"-var={name}={_literal(value)}" for name, value in variables.items()]


def _literal(value: Any) -> str:
    """A value as Terraform takes it behind `-var=name=`: strings bare, the rest as JSON, which HCL reads."""
    return value if isinstance(value, str) else json.dumps(value)
