"""A certificate authority of the tests' own: a root that clients trust, and an intermediate that signs."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


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

    def written(self, folder: Path) -> Path:
        """A file of the chain and the key, as clients take it."""
        file = folder / "client.pem"
        file.write_bytes(self.certificate + self.chain + self.private_key)
        return file


@dataclass(frozen=True)
class Wanted:
    """A certificate that is to be: valid from `begins` to `ends` days from now, for the purposes `usages`;
    `above` is how many authorities stand between it and the intermediate."""

    begins: float = -1
    ends: float = 30
    usages: tuple[x509.ObjectIdentifier, ...] = ()
    key: Key | None = None
    above: int = 0
    serial: int = 0


CLIENT = Wanted(usages=(ExtendedKeyUsageOID.CLIENT_AUTH,))


def elliptic() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


class Authority:
    def __init__(self) -> None:
        self._root_key, self._key = elliptic(), elliptic()
        root, intermediate = name("Root"), name("Intermediate")
        self._root = _sign(root, self._root_key, root, self._root_key, authority=True)
        self._intermediate = _sign(intermediate, self._key, root, self._root_key, authority=True)

    @property
    def root(self) -> bytes:
        """PEM of the certificate that clients trust."""
        return _pem(self._root)

    @property
    def intermediate(self) -> bytes:
        return _pem(self._intermediate)

    def issue(self, *names: str, key: Key | None = None) -> Issued:
        """A certificate for DNS names; the first is its common name."""
        return self._issued(name(names[0]), Wanted(key=key), names)

    def client(self, subject: str | x509.Name = "client", wanted: Wanted = CLIENT) -> Issued:
        """A client's certificate; `subject` is a common name or all of it."""
        return self._issued(name(subject) if isinstance(subject, str) else subject, wanted)

    @staticmethod
    def alone(wanted: Wanted = CLIENT) -> Issued:
        """A client's certificate that it has signed itself."""
        key = wanted.key
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        leaf = _sign(name("alone"), key, name("alone"), key, wanted=wanted)
        return Issued(_pem(leaf), _private(key), b"")

    def _issued(self, subject: x509.Name, wanted: Wanted, names: tuple[str, ...] = ()) -> Issued:
        issuer, issuer_key, chain = self._intermediate.subject, self._key, [self._intermediate]
        for number in range(wanted.above):
            key, below = elliptic(), name(f"Below {number}")
            chain.insert(0, _sign(below, key, issuer, issuer_key, authority=True))
            issuer, issuer_key = below, key
        own = wanted.key or elliptic()
        leaf = _sign(subject, own, issuer, issuer_key, names=names, wanted=wanted)
        return Issued(_pem(leaf), _private(own), b"".join(map(_pem, chain)))

    def revoked(self, *issued: Issued, ends: float = 30) -> x509.CertificateRevocationList:
        """The list of what the intermediate has revoked."""
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._intermediate.subject)
            .last_update(now - timedelta(days=60))
            .next_update(now + timedelta(days=ends))
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for each in issued:
            serial = x509.load_pem_x509_certificate(each.certificate).serial_number
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self._key, hashes.SHA256())

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
    subject: x509.Name,
    key: Key,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    names: tuple[str, ...] = (),
    authority: bool = False,
    wanted: Wanted = Wanted(),
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=not authority and isinstance(key, rsa.RSAPrivateKey),
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    public = issuer_key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(wanted.serial or x509.random_serial_number())
        .not_valid_before(now + timedelta(days=wanted.begins))
        .not_valid_after(now + timedelta(days=wanted.ends))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    if wanted.usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wanted.usages), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
