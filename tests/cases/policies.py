"""The security policies, as the tables of the guide have them: protocols and ciphers by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.cases import Case, Confidence

GUIDE = "user guide, Security policies for your Application Load Balancer"


@dataclass(frozen=True, kw_only=True)
class PolicyCase(Case):
    """`protocols` as the API names them; `ciphers` as OpenSSL does."""

    name: str
    protocols: tuple[str, ...]
    ciphers: tuple[str, ...]


# The columns of "Protocols by policy" and the cells of "Ciphers by policy".
UP_TO_1_3 = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1")
UP_TO_1_2 = UP_TO_1_3[1:]

TLS = """
TLS_AES_128_GCM_SHA256
TLS_AES_256_GCM_SHA384
TLS_CHACHA20_POLY1305_SHA256
"""
TLS_OF_FIPS = """
TLS_AES_128_GCM_SHA256
TLS_AES_256_GCM_SHA384
"""
GCM = """
ECDHE-ECDSA-AES128-GCM-SHA256
ECDHE-RSA-AES128-GCM-SHA256
ECDHE-ECDSA-AES256-GCM-SHA384
ECDHE-RSA-AES256-GCM-SHA384
"""
SHA_2 = """
ECDHE-ECDSA-AES128-GCM-SHA256
ECDHE-RSA-AES128-GCM-SHA256
ECDHE-ECDSA-AES128-SHA256
ECDHE-RSA-AES128-SHA256
ECDHE-ECDSA-AES256-GCM-SHA384
ECDHE-RSA-AES256-GCM-SHA384
ECDHE-ECDSA-AES256-SHA384
ECDHE-RSA-AES256-SHA384
"""
EPHEMERAL = """
ECDHE-ECDSA-AES128-GCM-SHA256
ECDHE-RSA-AES128-GCM-SHA256
ECDHE-ECDSA-AES128-SHA256
ECDHE-RSA-AES128-SHA256
ECDHE-ECDSA-AES128-SHA
ECDHE-RSA-AES128-SHA
ECDHE-ECDSA-AES256-GCM-SHA384
ECDHE-RSA-AES256-GCM-SHA384
ECDHE-ECDSA-AES256-SHA384
ECDHE-RSA-AES256-SHA384
ECDHE-ECDSA-AES256-SHA
ECDHE-RSA-AES256-SHA
"""
RSA_OF_SHA_2 = """
AES128-GCM-SHA256
AES128-SHA256
AES256-GCM-SHA384
AES256-SHA256
"""
RSA = """
AES128-GCM-SHA256
AES128-SHA256
AES128-SHA
AES256-GCM-SHA384
AES256-SHA256
AES256-SHA
"""


def row(
    name: str,
    protocols: tuple[str, ...],
    *ciphers: str,
    confidence: Confidence = "documented",
    source: str = GUIDE,
) -> PolicyCase:
    names = tuple("".join(ciphers).split())
    return PolicyCase(
        id=f"policy-{name}",
        fact=f"ELBSecurityPolicy-{name}: {', '.join(protocols)}; {', '.join(names)}.",
        source=source,
        confidence=confidence,
        name=f"ELBSecurityPolicy-{name}",
        protocols=protocols,
        ciphers=names,
    )


TLS_POLICIES = (
    row("TLS13-1-3-2021-06", UP_TO_1_3[:1], TLS),
    row("TLS13-1-2-2021-06", UP_TO_1_3[:2], TLS, SHA_2),
    row("TLS13-1-2-Res-2021-06", UP_TO_1_3[:2], TLS, GCM),
    row("TLS13-1-2-Ext2-2021-06", UP_TO_1_3[:2], TLS, EPHEMERAL, RSA),
    row("TLS13-1-2-Ext1-2021-06", UP_TO_1_3[:2], TLS, SHA_2, RSA_OF_SHA_2),
    row("TLS13-1-1-2021-06", UP_TO_1_3[:3], TLS, EPHEMERAL, RSA),
    row("TLS13-1-0-2021-06", UP_TO_1_3, TLS, EPHEMERAL, RSA),
    row("TLS-1-2-Ext-2018-06", UP_TO_1_2[:1], EPHEMERAL, RSA),
    row("TLS-1-2-2017-01", UP_TO_1_2[:1], SHA_2, RSA_OF_SHA_2),
    row("TLS-1-1-2017-01", UP_TO_1_2[:2], EPHEMERAL, RSA),
    row("2016-08", UP_TO_1_2, EPHEMERAL, RSA),
)
FIPS_POLICIES = (
    row("TLS13-1-3-FIPS-2023-04", UP_TO_1_3[:1], TLS_OF_FIPS),
    row("TLS13-1-2-FIPS-2023-04", UP_TO_1_3[:2], TLS_OF_FIPS, SHA_2),
    row("TLS13-1-2-Res-FIPS-2023-04", UP_TO_1_3[:2], TLS_OF_FIPS, GCM),
    row("TLS13-1-2-Ext2-FIPS-2023-04", UP_TO_1_3[:2], TLS_OF_FIPS, EPHEMERAL, RSA),
    row("TLS13-1-2-Ext1-FIPS-2023-04", UP_TO_1_3[:2], TLS_OF_FIPS, SHA_2, RSA_OF_SHA_2),
    row("TLS13-1-2-Ext0-FIPS-2023-04", UP_TO_1_3[:2], TLS_OF_FIPS, EPHEMERAL),
    row("TLS13-1-1-FIPS-2023-04", UP_TO_1_3[:3], TLS_OF_FIPS, EPHEMERAL, RSA),
    row("TLS13-1-0-FIPS-2023-04", UP_TO_1_3, TLS_OF_FIPS, EPHEMERAL, RSA),
)
FS_POLICIES = (
    row("FS-1-2-Res-2020-10", UP_TO_1_2[:1], GCM),
    row("FS-1-2-Res-2019-08", UP_TO_1_2[:1], SHA_2),
    row("FS-1-2-2019-08", UP_TO_1_2[:1], EPHEMERAL),
    row("FS-1-1-2019-08", UP_TO_1_2[:2], EPHEMERAL),
    row("FS-2018-06", UP_TO_1_2, EPHEMERAL),
)


def _post_quantum() -> tuple[PolicyCase, ...]:
    """Guess: the ciphers of the policy of the same name without PQ. moto, ssl_policies, has the same but for
    Ext1's."""
    named = {case.name.removeprefix("ELBSecurityPolicy-"): case for case in (*TLS_POLICIES, *FIPS_POLICIES)}
    names = {
        "TLS13-1-3-2021-06": "TLS13-1-3-PQ-2025-09",
        "TLS13-1-2-2021-06": "TLS13-1-2-PQ-2025-09",
        "TLS13-1-2-Res-2021-06": "TLS13-1-2-Res-PQ-2025-09",
        "TLS13-1-2-Ext2-2021-06": "TLS13-1-2-Ext2-PQ-2025-09",
        "TLS13-1-2-Ext1-2021-06": "TLS13-1-2-Ext1-PQ-2025-09",
        "TLS13-1-0-2021-06": "TLS13-1-0-PQ-2025-09",
        "TLS13-1-3-FIPS-2023-04": "TLS13-1-3-FIPS-PQ-2025-09",
        "TLS13-1-2-FIPS-2023-04": "TLS13-1-2-FIPS-PQ-2025-09",
        "TLS13-1-2-Res-FIPS-2023-04": "TLS13-1-2-Res-FIPS-PQ-2025-09",
        "TLS13-1-2-Ext2-FIPS-2023-04": "TLS13-1-2-Ext2-FIPS-PQ-2025-09",
        "TLS13-1-2-Ext1-FIPS-2023-04": "TLS13-1-2-Ext1-FIPS-PQ-2025-09",
        "TLS13-1-2-Ext0-FIPS-2023-04": "TLS13-1-2-Ext0-FIPS-PQ-2025-09",
        "TLS13-1-0-FIPS-2023-04": "TLS13-1-0-FIPS-PQ-2025-09",
    }
    source = f"{GUIDE}: PQ is a matter of the key exchange; moto, ssl_policies"
    return tuple(
        row(new, named[old].protocols, " ".join(named[old].ciphers), confidence="guess", source=source)
        for old, new in names.items()
    )


PQ_POLICIES = _post_quantum()

SECTIONS: Mapping[str, tuple[PolicyCase, ...]] = {
    "TLS security policies": TLS_POLICIES,
    "FIPS security policies": FIPS_POLICIES,
    "Forward secrecy policies": FS_POLICIES,
    "Post-quantum policies": PQ_POLICIES,
}
ALL = (*TLS_POLICIES, *FIPS_POLICIES, *FS_POLICIES, *PQ_POLICIES)
