"""A Terraform directory, applied: its outputs, HTTP to its DNS names, AWS clients and its functions' logs."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import boto3
import requests
from requests.adapters import HTTPAdapter

from localalb.home import ask
from localalb.terraform import Terraform

T = TypeVar("T")


class LocalAdapter(HTTPAdapter):
    """Connects to the local address of a load balancer's DNS name, and changes nothing else: URL, Host
    header, cookies and redirects stay those of the name."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["proxies"] = {}
        return super().send(request, *args, **kwargs)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        url = urlsplit(request.url or "")
        address = self._address(url.hostname or "", url.port or {"http": 80, "https": 443}[url.scheme])
        if address is None:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        request.headers.setdefault("Host", url.netloc)
        host, _, port = address.rpartition(":")
        _, pool_arguments = self.build_connection_pool_key_attributes(request, verify, cert)
        if url.scheme == "https":
            pool_arguments |= {"server_hostname": url.hostname, "assert_hostname": url.hostname}
        return self.poolmanager.connection_from_host(host, int(port), url.scheme, pool_kwargs=pool_arguments)

    def _address(self, name: str, port: int) -> str | None:
        for listener in ask(self._endpoint_url, "status")["listeners"]:
            if listener["dns_name"].lower() == name.lower() and listener["port"] == port:
                return str(listener["address"])
        return None


class Stack:
    """What `localalb.pytest_plugin` hands to tests. `outputs` are Terraform's, as Python values."""

    def __init__(
        self, terraform: Terraform, variables: Mapping[str, Any], endpoint_url: str | None = None
    ) -> None:
        self.directory: Path = terraform.directory
        self.outputs: dict[str, Any] = {}
        self.http = requests.Session()
        self._terraform = terraform
        self._arguments = [f"-var={name}={_literal(value)}" for name, value in variables.items()]
        if endpoint_url is not None:
            self.http.trust_env = False
            for scheme in ("http://", "https://"):
                self.http.mount(scheme, LocalAdapter(endpoint_url))

    def apply(self) -> None:
        """Create or update the stack. Raises `TerraformError`."""
        self._terraform.apply(*self._arguments, capture=True)
        self.outputs = self._terraform.outputs()

    def plan(self) -> subprocess.CompletedProcess[str]:
        """A plan of the same variables: return code 0 when there is nothing to change, 2 when there is."""
        return self._terraform.plan(*self._arguments)

    def destroy(self) -> None:
        self._terraform.destroy(*self._arguments, capture=True)

    def client(self, service: str) -> Any:
        """A boto3 client of the cloud the stack is in."""
        return boto3.client(service)  # type: ignore[call-overload]

    def logs(self, group: str | None = None) -> list[str]:
        """The messages of a log group (default: the output `log_group_name`), oldest first."""
        pages = self.client("logs").get_paginator("filter_log_events")
        name = group or self.outputs["log_group_name"]
        events = [event for page in pages.paginate(logGroupName=name) for event in page["events"]]
        return [event["message"] for event in sorted(events, key=lambda event: int(event["timestamp"]))]


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
