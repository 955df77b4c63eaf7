"""A client's certificate: whether it comes in, and what the target is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.cases import Case
from tests.certificates import CLIENT, Wanted

GUIDE = "user guide, Mutual authentication with TLS in Application Load Balancer"
CODES = "user guide, Connection logs, Error reason codes"
QUOTAS = "user guide, Quotas"
REPOST = "re:Post, How do I identify and resolve client connection issues when I use mTLS"
S2N = "s2n-tls, whose errors the reason codes are one by one, does"

Who = Literal["good", "foreign", "nobody", "self-signed"]


@dataclass(frozen=True, kw_only=True)
class ClientCase(Case):
    """Who comes with which certificate to a listener with which settings. `reason` is the connection log's
    for one who is sent away; empty where it comes in. `key` is what the certificate's key is made of."""

    who: Who = "good"
    wanted: Wanted = CLIENT
    key: str = "secp256r1"
    revoked: bool = False
    list_ends: float = 30
    settings: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


EXPIRED = Wanted(begins=-40, ends=-10, usages=CLIENT.usages)
IGNORE = {"IgnoreClientCertificateExpiry": True}
PASSTHROUGH = {"Mode": "passthrough"}


def key(name: str, fact: str, reason: str = "") -> ClientCase:
    taken = "is" if not reason else "is not"
    return ClientCase(
        id=f"client-{name}",
        fact=f"A client's key of {fact} {taken} taken.",
        source=f"{GUIDE}, Requirements for certificates" + (f"; {CODES}" if reason else ""),
        confidence="documented",
        key=name,
        reason=reason,
    )


VERIFIED = (
    ClientCase(
        id="client-good",
        fact="A client comes in whose certificate an authority of the trust store has signed.",
        source=GUIDE,
        confidence="documented",
    ),
    ClientCase(
        id="client-nobody",
        fact="One without a certificate does not, in verify mode.",
        source=f"{GUIDE}; which code the log has, {CODES} does not say",
        confidence="documented",
        who="nobody",
        reason="UnmappedConnectionError",
    ),
    ClientCase(
        id="client-foreign",
        fact="Nor one whose certificate another authority has signed.",
        source=CODES,
        confidence="documented",
        who="foreign",
        reason="ClientCertUntrusted",
    ),
    ClientCase(
        id="client-self-signed",
        fact="Nor one who has signed its own.",
        source=CODES,
        confidence="documented",
        who="self-signed",
        reason="ClientCertUntrusted",
    ),
    ClientCase(
        id="client-expired",
        fact="Nor one whose certificate has expired.",
        source=f"{CODES}; {REPOST}",
        confidence="documented",
        wanted=EXPIRED,
        reason="ClientCertExpired",
    ),
    ClientCase(
        id="client-expired-ignored",
        fact="With IgnoreClientCertificateExpiry it comes in.",
        source="ELBv2 API, MutualAuthenticationAttributes",
        confidence="documented",
        wanted=EXPIRED,
        settings=IGNORE,
    ),
    ClientCase(
        id="client-early",
        fact="Nor one whose certificate is not valid yet.",
        source=CODES,
        confidence="documented",
        wanted=Wanted(begins=1, usages=CLIENT.usages),
        reason="ClientCertNotYetValid",
    ),
    ClientCase(
        id="client-early-ignored",
        fact="IgnoreClientCertificateExpiry does not let in what is not valid yet.",
        source="nothing public states it; ELBv2 API, MutualAuthenticationAttributes, speaks of expired ones",
        confidence="guess",
        wanted=Wanted(begins=1, usages=CLIENT.usages),
        settings=IGNORE,
        reason="ClientCertNotYetValid",
    ),
    ClientCase(
        id="client-revoked",
        fact="Nor one whose certificate a revocation list of the trust store names.",
        source=CODES,
        confidence="documented",
        revoked=True,
        reason="ClientCertCrlHit",
    ),
    ClientCase(
        id="client-revoked-and-expired",
        fact="IgnoreClientCertificateExpiry does not let in what is revoked.",
        source=f"{CODES}; ELBv2 API, MutualAuthenticationAttributes",
        confidence="computed",
        wanted=EXPIRED,
        revoked=True,
        settings=IGNORE,
        reason="ClientCertCrlHit",
    ),
    ClientCase(
        id="client-revoked-by-an-old-list",
        fact="A list beyond its date counts.",
        source=f"{S2N}; AWS does not say",
        confidence="guess",
        revoked=True,
        list_ends=-1,
        reason="ClientCertCrlHit",
    ),
    ClientCase(
        id="client-for-servers",
        fact="Nor one whose certificate is for servers alone, by its extended key usage.",
        source=CODES,
        confidence="documented",
        wanted=Wanted(usages=(ExtendedKeyUsageOID.SERVER_AUTH,)),
        reason="ClientCertPurposeInvalid",
    ),
    ClientCase(
        id="client-without-a-purpose",
        fact="A certificate that names no purpose is for clients too.",
        source="RFC 5280, section 4.2.1.12",
        confidence="computed",
        wanted=Wanted(),
    ),
    ClientCase(
        id="client-chain-of-4",
        fact="A client may present four certificates.",
        source=f"{QUOTAS}, Maximum certificate chain depth; that these are counted, {S2N}",
        confidence="guess",
        wanted=Wanted(usages=CLIENT.usages, above=2),
    ),
    ClientCase(
        id="client-chain-of-5",
        fact="It may not present five.",
        source=f"{QUOTAS}, Maximum certificate chain depth; {CODES}",
        confidence="documented",
        wanted=Wanted(usages=CLIENT.usages, above=3),
        reason="ClientCertMaxChainDepthExceeded",
    ),
    key("rsa-2048", "RSA with 2048 bits"),
    key("secp384r1", "ECDSA on secp384r1"),
    key("secp521r1", "ECDSA on secp521r1"),
    key("rsa-1024", "RSA with 1024 bits", "ClientCertTypeUnsupported"),
    key("ed25519", "Ed25519", "ClientCertTypeUnsupported"),
)

PASSED = tuple(
    ClientCase(
        id=f"passthrough-{id}",
        fact=f"In passthrough mode {who} comes in: its target verifies.",
        source=GUIDE,
        confidence="documented",
        settings=PASSTHROUGH,
        **more,
    )
    for id, who, more in (
        ("good", "a client with a certificate", {}),
        ("nobody", "one without", {"who": "nobody"}),
        ("foreign", "one with a certificate of another authority", {"who": "foreign"}),
        ("expired", "one with an expired certificate", {"wanted": EXPIRED}),
        ("self-signed", "one that has signed its own", {"who": "self-signed"}),
    )
)


@dataclass(frozen=True, kw_only=True)
class NameCase(Case):
    """A subject, from the country down, and what the header has of it."""

    subject: tuple[tuple[x509.ObjectIdentifier, str], ...]
    header: str


@dataclass(frozen=True, kw_only=True)
class SerialCase(Case):
    serial: int
    header: str


PRINTED = "RFC 2253, as OpenSSL writes it (`-nameopt RFC2253`); the guide names the RFC"
NAMES = (
    NameCase(
        id="name-of-the-guide",
        fact="Names are written as RFC 2253 has them, the most specific part first.",
        source=f"{GUIDE}, HTTP headers for verify mode",
        confidence="documented",
        subject=(
            (NameOID.COUNTRY_NAME, "US"),
            (NameOID.STATE_OR_PROVINCE_NAME, "Washington"),
            (NameOID.LOCALITY_NAME, "Seattle"),
            (NameOID.ORGANIZATION_NAME, "mTLS"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, "rootCA"),
            (NameOID.COMMON_NAME, "rootcamtls.com"),
        ),
        header="CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US",
    ),
    NameCase(
        id="name-escaped",
        fact="What separates is escaped.",
        source="RFC 2253, section 2.4",
        confidence="documented",
        subject=((NameOID.ORGANIZATION_NAME, 'A, "B" + C; <D>\\'), (NameOID.COMMON_NAME, "#a ")),
        header='CN=\\#a\\ ,O=A\\, \\"B\\" \\+ C\\; \\<D\\>\\\\',
    ),
    NameCase(
        id="name-in-utf-8",
        fact="Bytes of UTF-8 are escaped.",
        source=PRINTED,
        confidence="guess",
        subject=((NameOID.COMMON_NAME, "Zoë"),),
        header="CN=Zo\\C3\\AB",
    ),
    NameCase(
        id="name-with-an-address",
        fact="An e-mail address is `emailAddress`.",
        source=PRINTED,
        confidence="guess",
        subject=((NameOID.COMMON_NAME, "a"), (NameOID.EMAIL_ADDRESS, "a@b.example")),
        header="emailAddress=a@b.example,CN=a",
    ),
    NameCase(
        id="name-of-an-unknown-attribute",
        fact="An attribute without a name is its OID and the bytes of its DER.",
        source=PRINTED,
        confidence="guess",
        subject=((x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), "x"),),
        header="1.3.6.1.4.1.99999.1=#0C0178",
    ),
)
SERIALS = tuple(
    SerialCase(
        id=f"serial-{header}",
        fact=f"A serial number is written in whole bytes of upper case: {header}.",
        source=source,
        confidence="documented",
        serial=int(header, 16),
        header=header,
    )
    for header, source in (
        ("03A5B1", f"{GUIDE}, HTTP headers for verify mode"),
        ("FEF257372D5C14D4", "user guide, Connection logs, Example log entries"),
        ("02", REPOST),
    )
)

SECTIONS: Mapping[str, tuple[Case, ...]] = {
    "Clients that are verified": VERIFIED,
    "Clients that are passed through": PASSED,
    "Names of certificates": NAMES,
    "Serial numbers of certificates": SERIALS,
}
