"""TLS as a listener terminates it: its certificates by server name, and ALPN."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from cryptography import x509

from localalb.balancer import wildcard


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM as ACM imports it: certificate, private key, and chain."""

    arn: str
    certificate: bytes
    private_key: bytes
    chain: bytes = b""


class Certificates:
    """The certificates of a listener, which may change while its socket stays.

    The first is the default; another is presented for a name that it covers (user guide, "SNI and default
    certificate").
    """

    def __init__(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.sni_callback = self._choose  # type: ignore[assignment] # the name may be None
        self._choices: list[Choice] = []
        self._made_of: object = None

    def update(self, certificates: Sequence[Certificate], *, http2: bool) -> None:
        """Present these from now on. Raises `ValueError` where there is none."""
        if not certificates:
            raise ValueError("none of its certificates is known with its private key")
        if self._made_of == (made_of := (tuple(certificates), http2)):
            return
        protocols = ["h2", "http/1.1"] if http2 else ["http/1.1"]
        self._choices = [
            Choice(each.arn, names(each.certificate), _single(each, protocols)) for each in certificates
        ]
        self._made_of = made_of

    def _choose(self, connection: ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        """Called in every handshake, with the name the client asks for or None."""
        matching = (choice for choice in self._choices if name and covers(choice.names, name))
        chosen = next(matching, None)
        context = (chosen or self._choices[0]).context
        context.server_name[connection] = name if chosen and name else ""
        connection.context = context


class Context(ssl.SSLContext):
    """One certificate's, and the names by which its connections asked for it."""

    arn: str
    server_name: WeakKeyDictionary[object, str]


@dataclass(frozen=True, slots=True)
class Choice:
    arn: str
    names: Sequence[str]
    context: Context


def presented(connection: ssl.SSLObject) -> tuple[str, str]:
    """The ARN of the certificate a client was shown, and the name that chose it, empty for the default."""
    context = connection.context
    if not isinstance(context, Context):
        return "", ""
    return context.arn, context.server_name.get(connection, "")


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


def _single(certificate: Certificate, protocols: list[str]) -> Context:
    found = Context(ssl.PROTOCOL_TLS_SERVER)
    found.arn = certificate.arn
    found.server_name = WeakKeyDictionary()
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
