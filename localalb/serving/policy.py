"""A security policy, as Python's TLS and OpenSSL's cipher strings have it."""

from __future__ import annotations

import ssl

from localalb.balancer.topology import SecurityPolicy

VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
TLS_1_3 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
"""The suites of TLS 1.3 that Python's ssl offers, all of them, whatever its ciphers are."""


def versions(policy: SecurityPolicy) -> tuple[ssl.TLSVersion, ssl.TLSVersion]:
    """The lowest and the highest. Every policy has all between them."""
    found = [VERSIONS[name] for name in policy.protocols]
    return min(found), max(found)


def suites(policy: SecurityPolicy) -> list[str]:
    """Those of TLS 1.3, in the policy's order."""
    return [name for name in policy.ciphers if name.startswith("TLS_")]


def ciphers(policy: SecurityPolicy) -> str:
    """Those of TLS 1.2 and before, as OpenSSL takes them; it leaves out what it does not know.

    OpenSSL calls TLS 1.0 and 1.1 secure at level 0 only, as they sign with SHA-1.
    """
    older = [name for name in policy.ciphers if not name.startswith("TLS_")]
    level = 0 if versions(policy)[0] < ssl.TLSVersion.TLSv1_2 else 2
    return ":".join([*older, f"@SECLEVEL={level}"])


def apply(policy: SecurityPolicy, context: ssl.SSLContext) -> None:
    """Negotiate by the policy: the first of its ciphers that the client has ("Security policies")."""
    low, high = versions(policy)
    # The other way round a version would for a moment be below the lowest.
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, high
    context.minimum_version = low
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    if low < ssl.TLSVersion.TLSv1_3:
        context.set_ciphers(ciphers(policy))
