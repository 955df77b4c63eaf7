"""TLS as a listener terminates it: its certificates by server name, ALPN, its security policy, and whether
it asks clients for certificates of theirs."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from cryptography import x509

from localalb.balancer import wildcard
from localalb.balancer.client_certificate import Leaf
from localalb.balancer.topology import MutualTls, SecurityPolicy
from localalb.http.message import Pairs
from localalb.serving import policy as policies
from localalb.serving.openssl import Session, Terminator, Trust


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM as ACM imports it: certificate, private key, and chain."""

    arn: str
    certificate: bytes
    private_key: bytes
    chain: bytes = b""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a listener negotiates. `trust` is what `mutual`'s trust store holds."""

    certificates: tuple[Certificate, ...]
    policy: SecurityPolicy
    http2: bool = True
    mutual: MutualTls | None = None
    trust: Trust | None = None

    @property
    def protocols(self) -> list[str]:
        return ["h2", "http/1.1"] if self.http2 else ["http/1.1"]

    @property
    def beyond_ssl(self) -> bool:
        """Whether Python's ssl lacks what it takes: it has all suites of TLS 1.3 or none of it."""
        suites = policies.suites(self.policy)
        return self.mutual is not None or bool(suites and set(suites) != set(policies.TLS_1_3))


class Termination:
    """The TLS of a listener, whose terms may change while its socket stays.

    The first certificate is the default; another is presented for a name that it covers (user guide, "SNI and
    default certificate").
    """

    def __init__(self) -> None:
        self.context = Listening(ssl.PROTOCOL_TLS_SERVER)
        self.context.sni_callback = self._choose  # type: ignore[assignment] # the name may be None
        self._choices: list[Choice] = []
        self._terms: Terms | None = None

    def update(self, terms: Terms) -> None:
        """Negotiate on these terms from now on. Raises `ValueError` where there is no certificate, or one
        that OpenSSL does not take."""
        if not terms.certificates:
            raise ValueError("none of its certificates is known with its private key")
        if self._terms == terms:
            return
        choices = [
            Choice(each.arn, names(each.certificate), _single(each, terms)) for each in terms.certificates
        ]
        terminator = None
        if terms.beyond_ssl:
            parts = [(each.arn, _chain(each), each.private_key) for each in terms.certificates]
            covered = [each.names for each in choices]
            choose = partial(_chosen, covered)
            terminator = Terminator(parts, choose, terms.protocols, terms.policy, terms.mutual, terms.trust)
        policies.apply(terms.policy, self.context)
        self._choices, self.context.terminator, self._terms = choices, terminator, terms

    def _choose(self, connection: ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        """Called in every handshake, with the name the client asks for or None."""
        index, asked = _chosen([choice.names for choice in self._choices], name)
        context = self._choices[index].context
        context.server_name[connection] = name if asked and name else ""
        connection.context = context


class Listening(ssl.SSLContext):
    """What a listener's clients meet first; `terminator` is what they meet instead, where there is one."""

    terminator: Terminator | None = None

    def wrap_bio(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, *args: Any, **kwargs: Any) -> Any:
        if self.terminator is not None:
            return self.terminator.session(incoming, outgoing)
        return super().wrap_bio(incoming, outgoing, *args, **kwargs)


class Context(ssl.SSLContext):
    """One certificate's, and the names by which its connections asked for it."""

    arn: str
    server_name: WeakKeyDictionary[object, str]


@dataclass(frozen=True, slots=True)
class Choice:
    arn: str
    names: Sequence[str]
    context: Context


def presented(connection: ssl.SSLObject | Session) -> tuple[str, str]:
    """The ARN of the certificate a client was shown, and the name that chose it, empty for the default."""
    if isinstance(connection, Session):
        return connection.presented()
    context = connection.context
    if not isinstance(context, Context):
        return "", ""
    return context.arn, context.server_name.get(connection, "")


def client(connection: ssl.SSLObject | Session) -> Pairs | None:
    """What targets are told of a client's certificate; None where it was not asked for."""
    return connection.client if isinstance(connection, Session) else None


def leaf(connection: ssl.SSLObject | Session) -> Leaf | None:
    """What a client's own certificate says; None where it presented none."""
    return connection.leaf if isinstance(connection, Session) else None


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


def _chosen(covered: Sequence[Sequence[str]], name: str | None) -> tuple[int, bool]:
    """Which of the certificates a server name gets, and whether that is because it covers the name."""
    matching = (index for index, each in enumerate(covered) if name and covers(each, name))
    found = next(matching, None)
    return found or 0, found is not None


def _chain(certificate: Certificate) -> bytes:
    return certificate.certificate.rstrip() + b"\n" + certificate.chain


def _single(certificate: Certificate, terms: Terms) -> Context:
    found = Context(ssl.PROTOCOL_TLS_SERVER)
    found.arn = certificate.arn
    found.server_name = WeakKeyDictionary()
    policies.apply(terms.policy, found)
    found.set_alpn_protocols(terms.protocols)
    # ssl reads keys from files only; this one is gone before anybody could be told of it.
    with tempfile.TemporaryDirectory(prefix="localalb-tls-") as directory:
        file = Path(directory, "certificate.pem")
        file.touch(mode=0o600)
        file.write_bytes(_chain(certificate).rstrip() + b"\n" + certificate.private_key)
        found.load_cert_chain(file)
    return found
