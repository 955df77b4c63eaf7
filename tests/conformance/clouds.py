"""Clouds that can be held to the cases: where their control plane is, and where a listener's port leads."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
import requests
from botocore.config import Config

from localalb.stacks import registry
from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint
from tests.conformance.play import Unplayable
from tests.connection import Client

FREE = range(2001, 2100)  # ports for listeners whose rows want none in particular
CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


class Cloud(Protocol):
    """`name` is for the table; `local` where clients come from 127.0.0.1. In seconds: `settle`, until a
    change of a listener or an attribute is served for certain; `patience`, until a new listener answers;
    `wait`, how long a client waits for an answer. `ports` are for listeners whose rows want none in
    particular, `width` is how many listeners there are at a time."""

    name: str
    local: bool
    settle: float
    patience: float
    wait: float

    @property
    def ports(self) -> Sequence[int]: ...

    @property
    def width(self) -> int: ...

    def client(self, service: str, region: str) -> Any: ...

    def connect(self, listener: str, balancer: Balancer, port: int, secure: bool) -> Client: ...


@dataclass(frozen=True)
class Balancer:
    name: str
    dns_name: str


class Aws:
    """The account of this shell's credentials."""

    name = "AWS"
    local = False
    settle = 30.0
    patience = 300.0
    wait = 20.0
    ports = FREE
    width = 45  # a load balancer has 50 listeners (user guide, Quotas)

    @cache  # noqa: B019 - one a run
    def client(self, service: str, region: str) -> Any:
        config = Config(retries={"max_attempts": 10, "mode": "standard"}, parameter_validation=False)
        return boto3.client(service, region, config=config)  # type: ignore[call-overload]

    def connect(self, listener: str, balancer: Balancer, port: int, secure: bool) -> Client:
        return Client((balancer.dns_name, port), _tls(secure), self.wait)


class Emulator:
    """Any other that speaks AWS's API. Its load balancer is looked for by DNS name, or at `data_plane`."""

    local = True
    settle = 0.0
    patience = 5.0
    wait = 10.0
    ports: Sequence[int] = FREE
    width = 10  # some read all listeners again after each change

    def __init__(self, url: str, name: str, key: str = "testing", data_plane: str = "") -> None:
        self.url, self.name, self._key, self._data_plane = url, name, key, data_plane

    @cache  # noqa: B019 - one a run
    def client(self, service: str, region: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region,
            endpoint_url=self.url,
            aws_access_key_id=self._key,
            aws_secret_access_key="testing",
            config=CONFIG,
        )

    def connect(self, listener: str, balancer: Balancer, port: int, secure: bool) -> Client:
        address = (balancer.dns_name, port)
        if self._data_plane:
            host, _, own = self._data_plane.rpartition(":")
            address = (host, int(own))
        return Client(address, _tls(secure), self.wait)


class LocalAlb(Emulator):
    """localalb serves each listener on a local port, which its status names."""

    def connect(self, listener: str, balancer: Balancer, port: int, secure: bool) -> Client:
        served = ask(Endpoint(self.url, self._key), "status")["listeners"]
        (address,) = (each["address"] for each in served if each["listener_arn"] == listener)
        host, _, local = address.rpartition(":")
        return Client((host, int(local)), _tls(secure), self.wait)


class MiniStack(Emulator):
    """ministack serves every load balancer on the port of its control plane: by the Host, which rows need
    for themselves, or below /_alb/<name>/. The port in the Host is the listener's (its README and app.py)."""

    ports = (80,)

    def connect(self, listener: str, balancer: Balancer, port: int, secure: bool) -> Client:
        if secure:
            raise Unplayable("ministack has no TLS on its load balancers' port")
        parts = urlsplit(self.url)
        return _Below((parts.hostname or "", parts.port or 80), f"/_alb/{balancer.name}", port, self.wait)


class _Below(Client):
    """Sends requests with a path in front of theirs."""

    def __init__(self, address: tuple[str, int], prefix: str, port: int, wait: float) -> None:
        super().__init__(address, timeout=wait)
        self._prefix, self._port = prefix.encode(), port

    def send(self, data: bytes) -> None:
        line, end, rest = data.partition(b"\r\n")
        method, space, target = line.partition(b" ")
        if target[:1] in (b"h", b"*"):
            raise Unplayable("ministack finds a load balancer by a path in front, which this target has not")
        host = re.search(rb"\r\nhost: [^\r]*?(?::(\d+))?\r", end + rest, re.IGNORECASE)
        if host and int(host[1] or 80) != self._port:
            raise Unplayable("ministack takes the port in the Host for that of the listener")
        if target.startswith(b"/"):
            line = method + space + self._prefix + target
        super().send(line + end + rest)


def at(url: str, *, key: str = "", data_plane: str = "", name: str = "") -> Cloud:
    """The cloud behind an endpoint. Raises `requests.RequestException` where none answers, `ValueError` where
    it is AWS's: an account is touched only where it is asked for by name."""
    url = url.rstrip("/")
    if (urlsplit(url).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
        raise ValueError(f"--endpoint {url} is AWS; say --cloud=aws to run in an account, which costs money")
    noted = {cloud.running.endpoint_url: cloud.running.key for cloud in registry.clouds()}
    key = noted.get(url, key)
    with requests.Session() as session:
        session.trust_env = False
        if session.get(f"{url}/_localalb/status", headers={"X-Localalb": key}, timeout=10).ok and key:
            return LocalAlb(url, name or f"localalb {metadata.version('localalb')}", key)
        health = session.get(f"{url}/_ministack/health", timeout=10)
        if health.ok and "json" in health.headers.get("content-type", ""):
            return MiniStack(url, name or f"ministack {health.json().get('version', '')}".strip())
        if session.get(f"{url}/moto-api/data.json", timeout=30).ok:
            return Emulator(url, name or "moto", data_plane=data_plane)
    return Emulator(url, name or url, data_plane=data_plane)


def _tls(secure: bool) -> ssl.SSLContext | None:
    """A client that takes every certificate: rows about TLS are about what the function is told."""
    if not secure:
        return None
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
