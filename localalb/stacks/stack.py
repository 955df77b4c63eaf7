"""A Terraform directory, applied: its outputs, HTTP to its DNS names, AWS clients and its functions' logs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import boto3
import requests
from requests.adapters import HTTPAdapter

from localalb.stacks.explained import behind, explained
from localalb.stacks.home import NAME, ask
from localalb.stacks.isolation import Endpoint
from localalb.stacks.log_in import log_in
from localalb.stacks.terraform import Terraform

logger = logging.getLogger("localalb.stacks")
T = TypeVar("T")


class Adapter(HTTPAdapter):
    """Connects where a name leads, and changes nothing else: URL, Host header, TLS server name, cookies and
    redirects stay those of the name.

    `names` says which load balancer's DNS name stands behind a name, such as that of a certificate; a name
    that is not in it is looked up as it is. `address` gives the local address (host, port) of a DNS name and
    port, None where there is none; without it DNS decides.
    """

    def __init__(
        self, names: Mapping[str, str], address: Callable[[str, int], tuple[str, int] | None] | None = None
    ) -> None:
        self._names = names
        self._address = address
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self._address is not None:
            kwargs["proxies"] = {}
        given = "Host" in request.headers
        try:
            return super().send(request, *args, **kwargs)
        finally:
            if not given:  # a redirect takes the headers along, to another name too
                request.headers.pop("Host", None)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        url = urlsplit(request.url or "")
        name, port = (url.hostname or "").lower(), url.port or {"http": 80, "https": 443}[url.scheme]
        behind = self._names.get(name, name)
        address = self._address(behind, port) if self._address else (behind, port)
        if address in (None, (name, port)):
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        request.headers.setdefault("Host", url.netloc)
        _, attributes = self.build_connection_pool_key_attributes(request, verify, cert)
        pool_arguments: dict[str, Any] = dict(attributes)
        if url.scheme == "https":
            pool_arguments |= {"server_hostname": name, "assert_hostname": name}
        return self.poolmanager.connection_from_host(*address, url.scheme, pool_kwargs=pool_arguments)


def local_address(endpoint: Endpoint, name: str, port: int) -> tuple[str, int] | None:
    """Where a local cloud serves a load balancer's port."""
    for listener in ask(endpoint, "status")["listeners"]:
        if listener["dns_name"].lower() == name and listener["port"] == port:
            host, _, local = listener["address"].rpartition(":")
            return host, int(local)
    return None


class Stack:
    """What `localalb.pytest_plugin` hands to tests. `outputs` are Terraform's, as Python values.

    `http` is a requests session that reaches load balancers by their DNS names, and by whatever name `names`
    has for one: `stack.names["www.example.com"] = stack.outputs["dns_name"]`.
    """

    def __init__(
        self, terraform: Terraform, variables: Mapping[str, Any], endpoint: Endpoint | None = None
    ) -> None:
        self.directory: Path = terraform.directory
        self.outputs: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.http = requests.Session()
        self._terraform = terraform
        self._endpoint = endpoint
        self._arguments = _arguments(variables)
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
        Raises `TerraformError`."""
        if variables:
            self._arguments = _arguments(variables)
        self._terraform.apply(*self._arguments, capture=True, adopt=logger.warning)
        self.outputs = self._terraform.outputs()

    def plan(self) -> subprocess.CompletedProcess[str]:
        """A plan of the same variables: return code 0 when there is nothing to change, 2 when there is."""
        return self._terraform.plan(*self._arguments)

    def destroy(self) -> None:
        self._terraform.destroy(*self._arguments, capture=True)

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
        if self._endpoint is None:
            raise RuntimeError("AWS explains nothing; leave this test out with --cloud=aws")
        if url.startswith(("/", "?")) and (base := self.outputs.get("url") or self.outputs.get("dns_name")):
            url = (base if "://" in base else f"http://{base}").rstrip("/") + url
        lines = [f"{name}: {value}" if value else f"{name};" for name, value in (headers or {}).items()]
        there, sent = behind(url, lines, self.names)
        data = body.encode() if isinstance(body, str) else body
        return explained(self._endpoint, method, there, sent, data, source)

    def log_in(self, url: str, **claims: Any) -> requests.Response:
        """What is behind a load balancer's login, for somebody with these claims; `http` is logged in then.
        Needs `--cloud-login=local`. Raises `RuntimeError` where the URL leads to no login of localalb's."""
        return log_in(self.http, url, claims)

    def target(self, target_group: str, place: str) -> None:
        """Send the requests for a target group of type ip or instance, by its name, to ADDRESS:PORT, such as
        a server that the test has started. On AWS its targets are where they are, and this does nothing.
        Raises `ValueError`."""
        if self._endpoint is not None:
            try:
                ask(self._endpoint, f"targets?{urlencode({target_group: place})}", "POST")
            except requests.HTTPError as error:
                raise ValueError(error.response.text.strip()) from None

    def client(self, service: str) -> Any:
        """A boto3 client of the cloud the stack is in."""
        return boto3.client(service)  # type: ignore[call-overload]

    def logs(self, group: str | None = None) -> list[str]:
        """The messages of a log group (default: the output `log_group_name`), oldest first."""
        pages = self.client("logs").get_paginator("filter_log_events")
        name = group or self.outputs["log_group_name"]
        events = [event for page in pages.paginate(logGroupName=name) for event in page["events"]]
        return [event["message"] for event in sorted(events, key=lambda event: int(event["timestamp"]))]


def _arguments(variables: Mapping[str, Any]) -> list[str]:
    return [f"-var={name}={_literal(value)}" for name, value in variables.items()]


def _literal(value: Any) -> str:
    """A value as Terraform takes it behind `-var=name=`: strings bare, the rest as JSON, which HCL reads."""
    return value if isinstance(value, str) else json.dumps(value)


def eventually(probe: Callable[[], T], timeout: float = 120.0) -> T:
    """The first true value of `probe`, asked again until it is there; its last value after `timeout` s.

    On AWS, logs and DNS names take their time; in a local cloud the first answer is the last.
    """
    deadline = time.monotonic() + timeout
    while not (value := probe()) and time.monotonic() < deadline:
        time.sleep(1)
    return value


class Stacks:
    """Applies Terraform directories, each once for the same variables. See `terraform_stack`."""

    def __init__(self, endpoint: Endpoint | None, states: Path) -> None:
        self._endpoint = endpoint
        self._states = states
        self._executor = ThreadPoolExecutor()
        self._directories: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._applied: dict[str, Future[Stack]] = {}
        self._begun: list[Stack] = []
        self._afterwards: list[Callable[[], object]] = []

    def __call__(self, directory: str | Path, **variables: Any) -> Stack:
        """The applied stack. Raises `localalb.terraform.TerraformError`."""
        return self.start(directory, **variables).result()

    def start(self, directory: str | Path, **variables: Any) -> Future[Stack]:
        """Begin to apply, so that several stacks wait for their load balancers at the same time."""
        path = Path(directory).resolve()
        key = sha256(repr((path, sorted(variables.items()))).encode()).hexdigest()[:12]
        if key not in self._applied:
            self._applied[key] = self._executor.submit(self._apply, path, variables, key)
        return self._applied[key]

    def afterwards(self, remove: Callable[[], object]) -> None:
        """Have something removed once no stack is there to use it, such as a certificate."""
        self._afterwards.append(remove)

    def _apply(self, directory: Path, variables: Mapping[str, Any], key: str) -> Stack:
        state = self._states / f"localalb-{directory.name}-{key}.tfstate"
        terraform = Terraform(directory, directory / NAME, os.environ, state)
        with self._directories[directory]:
            terraform.init()
        stack = Stack(terraform, variables, self._endpoint)
        self._begun.append(stack)
        stack.apply()
        if self._endpoint is None and "url" in stack.outputs:
            eventually(lambda: _answers(stack.outputs["url"]), timeout=300)
        return stack

    def close(self, *, destroy: bool) -> None:
        """Wait for what is under way and, if asked, destroy every stack, half-made ones too."""
        self._executor.shutdown()
        failures = []
        removals = [stack.destroy for stack in reversed(self._begun)] + self._afterwards
        for remove in removals if destroy else ():
            try:
                remove()
            except Exception as error:  # the other stacks cost money too
                failures.append(error)
        if failures:
            raise ExceptionGroup("not everything was destroyed; the state files are kept", failures)


def _answers(url: str) -> bool:
    """Whether a load balancer that was just made has its name and its first node."""
    try:
        # Not verified: a test's certificate is no authority's, and this asks only whether somebody is there.
        return requests.get(url, timeout=10, verify=False).status_code < 500
    except requests.RequestException:
        return False
