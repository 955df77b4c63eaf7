"""TLS for what Python's ssl cannot do: a client's certificate that is asked for and not verified, or by
rules of one's own; names of authorities in the request for it; a choice of TLS 1.3's suites.

The loop asks an `ssl.SSLContext` for an object that turns bytes into bytes. `Session` is one, made of
pyOpenSSL's connection; everything about sockets stays with the loop.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from OpenSSL import SSL, crypto

from localalb.balancer import client_certificate
from localalb.balancer.topology import MutualTls, SecurityPolicy
from localalb.http.message import Pairs
from localalb.serving import policy as policies
from localalb.serving import verification
from localalb.serving.verification import Refused

logger = logging.getLogger("localalb.tls")

CHUNK = 64 * 1024
Result = TypeVar("Result")
_STORE_FLAGS = (
    # As s2n-tls has it: an authority in the store is trusted, whoever signed it, and may be revoked too.
    crypto.X509StoreFlags.PARTIAL_CHAIN
    | crypto.X509StoreFlags.CRL_CHECK
    | crypto.X509StoreFlags.CRL_CHECK_ALL
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a trust store holds: certificates of authorities in PEM, and their revocation lists in DER."""

    bundle: bytes
    revocations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """A server certificate: its ARN, and the context of connections that get it."""

    arn: str
    context: SSL.Context


class Terminator:
    """Ends the TLS of a listener's clients. `choose` gives which of the certificates a server name gets, and
    whether it asked for it; `trust` is the store of a listener that verifies. Raises `ValueError` where
    OpenSSL takes not all of it."""

    def __init__(
        self,
        certificates: Sequence[tuple[str, bytes, bytes]],
        choose: Callable[[str | None], tuple[int, bool]],
        protocols: Sequence[str],
        policy: SecurityPolicy,
        mutual: MutualTls | None,
        trust: Trust | None,
    ) -> None:
        self.mutual = mutual
        self._choose = choose
        self._protocols = [name.encode() for name in protocols]
        try:
            self._presented = [
                Presented(arn, self._context(chain, key, policy, trust)) for arn, chain, key in certificates
            ]
        except (SSL.Error, crypto.Error) as error:
            raise ValueError(f"OpenSSL does not take what it is to present or to trust: {error}") from None
        # A connection keeps how it verifies from the context that it begins with.
        self._presented[0].context.set_tlsext_servername_callback(self._named)

    def session(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO) -> Session:
        return Session(self, SSL.Connection(self._presented[0].context), incoming, outgoing)

    def presented(self, name: str | None) -> tuple[str, str]:
        """As `tls.presented`."""
        index, asked = self._choose(name)
        return self._presented[index].arn, name if asked and name else ""

    def _named(self, connection: SSL.Connection) -> None:
        index, _ = self._choose(_server_name(connection))
        connection.set_context(self._presented[index].context)

    def _context(self, chain: bytes, key: bytes, policy: SecurityPolicy, trust: Trust | None) -> SSL.Context:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        low, high = policies.versions(policy)
        context.set_min_proto_version(low)
        context.set_max_proto_version(high)
        if low < ssl.TLSVersion.TLSv1_3:
            context.set_cipher_list(policies.ciphers(policy).encode())
        if suites := policies.suites(policy):
            context.set_tls13_ciphersuites(":".join(suites).encode())
        # "Session resumption is not supported while using mutual TLS."
        context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE | SSL.OP_NO_TICKET)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_alpn_select_callback(self._select)
        leaf, *others = x509.load_pem_x509_certificates(chain)
        context.use_certificate(leaf)
        for each in others:
            context.add_extra_chain_cert(each)
        context.use_privatekey(serialization.load_pem_private_key(key, None))  # type: ignore[arg-type] # RSA, EC
        self._ask(context, trust)
        return context

    def _ask(self, context: SSL.Context, trust: Trust | None) -> None:
        """Ask for the client's certificate."""
        if self.mutual is None:
            return
        demand = SSL.VERIFY_FAIL_IF_NO_PEER_CERT if self.mutual.mode == "verify" else 0
        context.set_verify(SSL.VERIFY_PEER | demand, _verify)
        store = context.get_cert_store()
        if trust is None or store is None:
            return
        authorities = [
            crypto.X509.from_cryptography(each) for each in x509.load_pem_x509_certificates(trust.bundle)
        ]
        for each in authorities:
            store.add_cert(each)
        for revocations in trust.revocations:
            store.add_crl(x509.load_der_x509_crl(revocations))
        store.set_flags(_STORE_FLAGS)
        if self.mutual.advertise:
            context.set_client_ca_list([each.get_subject() for each in authorities])

    def _select(self, _: SSL.Connection, offered: list[bytes]) -> Any:
        """By our order, as ssl does; a client that offers none of ours gets none."""
        found = next((name for name in self._protocols if name in offered), None)
        return found or SSL.NO_OVERLAPPING_PROTOCOLS


def _verify(connection: SSL.Connection, _: crypto.X509, number: int, depth: int, __: int) -> bool:
    """OpenSSL's question about a certificate of a client's chain, and about each thing wrong with it."""
    session: Session = connection.get_app_data()
    return session.accepts(number, depth)


def _server_name(connection: SSL.Connection) -> str | None:
    name = connection.get_servername()
    return name.decode("latin-1") if name else None


class Session:
    """One client's TLS, with the methods of `ssl.SSLObject` that the loop and `serving` call."""

    def __init__(
        self,
        terminator: Terminator,
        connection: SSL.Connection,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
    ) -> None:
        self._terminator = terminator
        self._connection = connection
        self._incoming = incoming
        self._outgoing = outgoing
        self._unread = False  # OpenSSL may have bytes of which nothing came yet
        self._refused: tuple[int, int] | None = None
        self.client: Pairs | None = None
        """What targets are told of the client's certificate; None where it was not asked for."""
        self.leaf: client_certificate.Leaf | None = None
        connection.set_app_data(self)
        connection.set_accept_state()

    def accepts(self, number: int, depth: int) -> bool:
        mutual = self._terminator.mutual
        accepted = mutual is not None and verification.accepts(number, depth, mutual)
        if not accepted:
            self._refused = self._refused or (number, depth)
        return accepted

    def do_handshake(self) -> None:
        """Raises `Refused` where the client may not come in. It hears nothing of why, as from s2n-tls."""
        try:
            self._do(self._connection.do_handshake)
            self._meet()
        except (ssl.SSLWantReadError, ssl.SSLEOFError):
            raise
        except ssl.SSLError as error:
            self._connection.set_app_data(None)
            logger.warning("a client was refused: %s: %s", verification.reason(error), error)
            raise
        self._connection.set_app_data(None)  # nobody verifies any more, and the two let go of each other

    def _meet(self) -> None:
        """Hear who came in. Raises `Refused`."""
        if (mutual := self._terminator.mutual) is not None:
            try:
                self._hear(mutual)
            except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
                raise Refused("ClientCertInvalid", f"its certificate cannot be read: {error}") from None

    def _hear(self, mutual: MutualTls) -> None:
        leaf = self._connection.get_peer_certificate(as_cryptography=True)
        # Of a client OpenSSL counts its own certificate out of the chain.
        others = self._connection.get_peer_cert_chain(as_cryptography=True) or []
        chain = [leaf, *(each for each in others if each != leaf)] if leaf else []
        if mutual.mode == "verify":
            verification.check(chain)
        self.client = client_certificate.told(mutual.mode, chain)
        self.leaf = client_certificate.read(leaf) if leaf else None

    def read(self, size: int, buffer: memoryview | None = None) -> bytes | int:
        try:
            data = self._do(lambda: self._connection.recv(size if buffer is None else min(size, len(buffer))))
        except SSL.ZeroReturnError:
            data = b""
        if buffer is None:
            return data
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes) -> int:
        return self._do(lambda: self._connection.send(data)) if len(data) else 0

    def pending(self) -> int:
        """Not 0 where a read may give something: the loop goes on reading while it is."""
        return self._connection.pending() or int(self._unread)

    def unwrap(self) -> None:
        if not self._do(self._connection.shutdown):
            raise ssl.SSLWantReadError

    def _do(self, act: Callable[[], Result]) -> Result:
        """Let OpenSSL act on what has come, and send what it says."""
        while data := self._incoming.read():
            self._connection.bio_write(data)
            self._unread = True
        try:
            return act()
        except SSL.WantReadError:
            self._unread = False
            raise ssl.SSLWantReadError from None
        except SSL.ZeroReturnError:
            raise
        except SSL.SysCallError as error:
            raise ssl.SSLEOFError(*error.args) from None
        except SSL.Error as error:
            raise self._failed(error) from None
        finally:
            self._send()

    def _send(self) -> None:
        try:
            while True:
                self._outgoing.write(self._connection.bio_read(CHUNK))
        except SSL.WantReadError:
            pass  # that was all

    def _failed(self, error: SSL.Error) -> ssl.SSLError:
        if self._refused is not None:
            number, depth = self._refused
            code = verification.REASONS.get(number, "ClientCertInvalid")
            return Refused(code, f"OpenSSL says {verification.words(number)} at depth {depth}")
        words = "; ".join(entry[-1] for entry in error.args[0]) if error.args else "TLS failed"
        return Refused(verification.UNMAPPED, words)

    # What is known after the handshake.

    def getpeercert(self) -> dict[str, object]:
        return {}

    def compression(self) -> None:
        return None

    def cipher(self) -> tuple[str, str, int] | None:
        name = self._connection.get_cipher_name()
        version, bits = self._connection.get_cipher_version(), self._connection.get_cipher_bits()
        return (name, version or "", bits or 0) if name else None

    def version(self) -> str:
        return self._connection.get_protocol_version_name()

    def selected_alpn_protocol(self) -> str | None:
        return self._connection.get_alpn_proto_negotiated().decode("ascii") or None

    def presented(self) -> tuple[str, str]:
        return self._terminator.presented(_server_name(self._connection))
