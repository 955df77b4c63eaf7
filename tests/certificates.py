"""A certificate authority of the tests' own: a root that clients trust, and an intermediate that signs."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Issued:
    """PEM, as ACM imports it."""

    certificate: bytes
    private_key: bytes
    chain: bytes

    def imported(self, acm: Any, arn: str = "") -> str:
        """Import into ACM, as a new certificate or in the place of `arn`; its ARN."""
        place = {"CertificateArn": arn} if arn else {}
        made = acm.import_certificate(
            Certificate=self.certificate, PrivateKey=self.private_key, CertificateChain=self.chain, **place
        )
        return str(made["CertificateArn"])


class Authority:
    def __init__(self) -> None:
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._root = _sign("Root", self._root_key, "Root", self._root_key, authority=True)
        self._intermediate = _sign("Intermediate", self._key, "Root", self._root_key, authority=True)

    @property
    def root(self) -> bytes:
        """PEM of the certificate that clients trust."""
        return _pem(self._root)

    def issue(self, *names: str) -> Issued:
        """A certificate for DNS names; the first is its common name."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _sign(names[0], key, "Intermediate", self._key, names=names)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return Issued(_pem(leaf), private, _pem(self._intermediate))

    def context(self, *protocols: str) -> ssl.SSLContext:
        """A client's context that trusts the root, and offers `protocols` by ALPN."""
        return self.trusting(self.root, *protocols)

    @staticmethod
    def trusting(root: bytes, *protocols: str) -> ssl.SSLContext:
        """The same, for who has the root alone."""
        context = ssl.create_default_context(cadata=root.decode())
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


def _sign(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    names: tuple[str, ...] = (),
    authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    public = issuer_key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
