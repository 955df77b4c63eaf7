"""TLS as a listener terminates it: its certificates by server name, and ALPN."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from localalb import wildcard


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM as ACM imports it: certificate, private key, and chain."""

    arn: str
    certificate: bytes
    private_key: bytes
    chain: bytes = b""


def context(certificates: Sequence[Certificate], *, http2: bool) -> ssl.SSLContext:
    """A server's context. The first certificate is the default; another is used for a name that it covers
    and the default does not (user guide, "SNI and default certificate").

    Raises `ValueError` without any certificate that can be used.
    """
    if not certificates:
        raise ValueError("an HTTPS listener has no certificate whose private key is known")
    protocols = ["h2", "http/1.1"] if http2 else ["http/1.1"]
    contexts = [(names(each.certificate), _single(each, protocols)) for each in certificates]

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        covering = (one for covered, one in contexts if name and covers(covered, name))
        chosen = next(covering, None)
        if chosen is not None:
            connection.context = chosen

    default = contexts[0][1]
    default.sni_callback = choose
    return default


def names(certificate: bytes) -> list[str]:
    """The DNS names a certificate is for; its common name where it lists none."""
    parsed = x509.load_pem_x509_certificate(certificate)
    with contextlib.suppress(x509.ExtensionNotFound):
        extension = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return list(extension.value.get_values_for_type(x509.DNSName))
    common = parsed.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return [str(attribute.value) for attribute in common]


def covers(covered: Sequence[str], name: str) -> bool:
    """Whether one of a certificate's names is `name`; a wildcard stands for one label (RFC 9525)."""
    return any(
        pattern.count(".") == name.count(".") and wildcard.matches(pattern, name, ignore_case=True)
        for pattern in covered
    )


def _single(certificate: Certificate, protocols: list[str]) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    found.set_alpn_protocols(protocols)
    chain = certificate.certificate.rstrip() + b"\n" + certificate.chain
    # ssl reads keys from files only; this one is gone before anybody could be told of it.
    with tempfile.TemporaryDirectory(prefix="localalb-tls-") as directory:
        file = Path(directory, "certificate.pem")
        file.touch(mode=0o600)
        file.write_bytes(chain.rstrip() + b"\n" + certificate.private_key)
        found.load_cert_chain(file)
    return found
