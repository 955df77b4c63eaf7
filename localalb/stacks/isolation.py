"""The AWS settings of a local cloud, and what of the caller's must not get near it.

Nothing a local command does may reach a real account, so no AWS variable of the shell survives: not a
profile, not a key, not a service's own endpoint (AWS_ENDPOINT_URL_S3), not the switch that makes SDKs ignore
endpoints.
"""

from __future__ import annotations

import base64
import os
import secrets
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a local cloud's control plane is, and the access key id that it takes."""

    url: str
    key: str


NOWHERE = Endpoint("http://127.0.0.1:1", "NOBODY")  # refuses every connection


LOGINS = ("loopback", "local", "real")
"""How load balancers log users in, as `login.endpoints.MODES` has it; the first is the default."""


def new_key() -> str:
    """The access key id of one run: 160 random bits, in the letters that AWS's keys have."""
    return "LKIA" + base64.b32encode(secrets.token_bytes(20)).decode()


_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_BYPASS = ("no_proxy", "NO_PROXY")  # which of them counts differs between clients


def settings(endpoint: Endpoint, region: str = DEFAULT_REGION) -> dict[str, str]:
    """The variables that point any AWS client, and Terraform, at a local cloud."""
    return {
        "AWS_ENDPOINT_URL": endpoint.url,
        "AWS_ACCESS_KEY_ID": endpoint.key,
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    }


def region(environ: Mapping[str, str]) -> str:
    """The region the caller works in: a name, so it is harmless to keep."""
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION


def is_local(environ: Mapping[str, str]) -> bool:
    """Whether an environment is one that was isolated. The tests run with `--cloud=aws` have another."""
    return environ.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:")


def profiles(names: Iterable[str], environ: Mapping[str, str]) -> str:
    """A config file for AWS's clients in which each of these profiles has the environment's credentials."""
    credentials = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    lines = "".join(f"{name.lower()} = {environ.get(name, '')}\n" for name in credentials)
    return "\n".join(f"[profile {name}]\n{lines}" for name in sorted(names))


def isolated(environ: Mapping[str, str], endpoint: Endpoint) -> dict[str, str]:
    """A copy of the environment in which every AWS client talks to the local cloud and nothing else."""
    kept = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    return kept | settings(endpoint, region(environ)) | _past_proxies(environ)


def _past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """127.0.0.1 added to the hosts that no proxy stands before: the shell's proxy is another machine."""
    hosts = {name: environ.get(name, "") for name in _BYPASS}
    return {name: ",".join(filter(None, (value, "127.0.0.1"))) for name, value in hosts.items()}


def isolate(endpoint: Endpoint) -> None:
    """Make this process's own environment such a one."""
    environ = isolated(os.environ, endpoint)
    os.environ.clear()
    os.environ.update(environ)


def exports(environ: Mapping[str, str], endpoint: Endpoint) -> list[str]:
    """`export` lines for a shell. Endpoints of single services that the shell has set would win over
    AWS_ENDPOINT_URL, so those are pointed here too; no profile of the shell's is here, so it is unset."""
    variables = settings(endpoint, region(environ))
    variables |= {name: endpoint.url for name in environ if name.startswith("AWS_ENDPOINT_URL_")}
    if any(name.lower() in ("http_proxy", "all_proxy") for name in environ):
        variables |= _past_proxies(environ)
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return lines + [f"unset {name}" for name in _PROFILES if name in environ]
