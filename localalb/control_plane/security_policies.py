"""The security policies that DescribeSSLPolicies answers with, of which moto has the half.

User guide, "Security policies for your Application Load Balancer". tests/cases/policies.py has its tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.responses import ELBV2Response
from moto.elbv2.ssl_policies import SSL_POLICIES, build_policy

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ((ELBV2Response, "describe_ssl_policies"),)

_PREFIX = "ELBSecurityPolicy-"
_TLS_1_3 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
_FIPS_1_3 = _TLS_1_3[:2]


@dataclass(frozen=True, slots=True)
class Suites:
    """What a policy takes besides GCM with ephemeral keys: CBC with SHA-2, CBC with SHA-1, the keys of RSA
    certificates."""

    sha2: bool = False
    sha1: bool = False
    rsa: bool = False

    def names(self) -> tuple[str, ...]:
        """In the order of the guide's tables."""
        found: list[str] = []
        for key, sha2 in (("AES128", "SHA256"), ("AES256", "SHA384")):
            for hash, wanted in ((f"GCM-{sha2}", True), (sha2, self.sha2), ("SHA", self.sha1)):
                if wanted:
                    found += [f"ECDHE-{sign}-{key}-{hash}" for sign in ("ECDSA", "RSA")]
        if self.rsa:
            for key, gcm in (("AES128", "GCM-SHA256"), ("AES256", "GCM-SHA384")):
                found += [f"{key}-{gcm}", f"{key}-SHA256", *([f"{key}-SHA"] if self.sha1 else [])]
        return tuple(found)


_GCM = Suites()
_SHA2 = Suites(sha2=True)
_FORWARD = Suites(sha2=True, sha1=True)
_SHA2_RSA = Suites(sha2=True, rsa=True)
_ALL = Suites(sha2=True, sha1=True, rsa=True)

# By the middle of the name: the oldest TLS version, and the suites of TLS 1.2 and before.
_WITH_1_3: Mapping[str, tuple[str, Suites | None]] = {
    "1-3": ("TLSv1.3", None),
    "1-2-Res": ("TLSv1.2", _GCM),
    "1-2": ("TLSv1.2", _SHA2),
    "1-2-Ext0": ("TLSv1.2", _FORWARD),
    "1-2-Ext1": ("TLSv1.2", _SHA2_RSA),
    "1-2-Ext2": ("TLSv1.2", _ALL),
    "1-1": ("TLSv1.1", _ALL),
    "1-0": ("TLSv1", _ALL),
}
_BEFORE_1_3: Mapping[str, tuple[str, Suites]] = {
    "FS-1-2-Res-2020-10": ("TLSv1.2", _GCM),
    "FS-1-2-Res-2019-08": ("TLSv1.2", _SHA2),
    "FS-1-2-2019-08": ("TLSv1.2", _FORWARD),
    "FS-1-1-2019-08": ("TLSv1.1", _FORWARD),
    "FS-2018-06": ("TLSv1", _FORWARD),
    "TLS-1-2-Ext-2018-06": ("TLSv1.2", _ALL),
    "TLS-1-2-2017-01": ("TLSv1.2", _SHA2_RSA),
    "TLS-1-1-2017-01": ("TLSv1.1", _ALL),
    "2016-08": ("TLSv1", _ALL),
    "2015-05": ("TLSv1", _ALL),
    "TLS-1-0-2015-04": ("TLSv1", _ALL),  # with DES-CBC3-SHA, which OpenSSL has no more
}
_VERSIONS = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1")


def _policies() -> dict[str, dict[str, Any]]:
    made = {}
    for middle, (oldest, suites) in _WITH_1_3.items():
        older = suites.names() if suites else ()
        for date, lacking, forward in (
            ("2021-06", "1-2-Ext0", _TLS_1_3),
            ("PQ-2025-09", "1-2-Ext0 1-1", _TLS_1_3),
            ("FIPS-2023-04", "", _FIPS_1_3),
            ("FIPS-PQ-2025-09", "1-1", _FIPS_1_3),
        ):
            if middle not in lacking.split():
                made[f"TLS13-{middle}-{date}"] = _policy(oldest, (*forward, *older), "TLSv1.3")
    for name, (oldest, suites) in _BEFORE_1_3.items():
        made[name] = _policy(oldest, suites.names(), "TLSv1.2")
    return {_PREFIX + name: each | {"name": _PREFIX + name} for name, each in made.items()}


def _policy(oldest: str, ciphers: tuple[str, ...], newest: str) -> dict[str, Any]:
    versions = _VERSIONS[_VERSIONS.index(newest) : _VERSIONS.index(oldest) + 1]
    return {"ciphers": list(ciphers), "ssl_protocols": list(versions)}


POLICIES: Mapping[str, dict[str, Any]] = _policies()
"""By name, in the form of moto's table."""


def replacements() -> list[Replacement]:
    """The method of `SEAMS` as it should be. moto's table, which other calls look into,
    becomes ours."""
    SSL_POLICIES.clear()
    SSL_POLICIES.update(POLICIES)

    def describe_ssl_policies(self: Any) -> ActionResult:
        names = self.params.get("Names") or list(SSL_POLICIES)
        for name in names:
            if name not in SSL_POLICIES:
                raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{name}' not found")
        return ActionResult({"SslPolicies": [build_policy(name, SSL_POLICIES[name]) for name in names]})

    return [(ELBV2Response, "describe_ssl_policies", describe_ssl_policies)]
