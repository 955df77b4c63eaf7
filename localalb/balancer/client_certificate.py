"""What a client's certificate says of it, as targets are told. Pure.

User guide, "Mutual authentication with TLS in Application Load Balancer": its requirements, and its headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from localalb.http.message import Pairs

FIELDS = ("serial-number", "issuer", "subject", "validity", "leaf")
"""What verify mode tells; passthrough has the whole chain in a header of its own."""

MAX_CHAIN = 4  # quotas, "Maximum certificate chain depth"
_RSA_BITS = range(2048, 8192 + 1)
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)

# The names OpenSSL prints; other attributes are printed as their OID and bytes (RFC 2253 section 2.3).
_NAMES = {
    NameOID.COMMON_NAME: "CN",
    NameOID.COUNTRY_NAME: "C",
    NameOID.DN_QUALIFIER: "dnQualifier",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.EMAIL_ADDRESS: "emailAddress",
    NameOID.GENERATION_QUALIFIER: "generationQualifier",
    NameOID.GIVEN_NAME: "GN",
    NameOID.INITIALS: "initials",
    NameOID.LOCALITY_NAME: "L",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.POSTAL_CODE: "postalCode",
    NameOID.PSEUDONYM: "pseudonym",
    NameOID.SERIAL_NUMBER: "serialNumber",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.STREET_ADDRESS: "street",
    NameOID.SURNAME: "SN",
    NameOID.TITLE: "title",
    NameOID.USER_ID: "UID",
}


def header_names(mode: str) -> dict[str, str]:
    """The headers of a mode, `verify` or `passthrough`, by the part of the listener's attribute that renames
    them."""
    names = [f"mtls-clientcert-{each}" for each in FIELDS] if mode == "verify" else ["mtls-clientcert"]
    return {name.replace("-", "_"): f"x-amzn-{name}" for name in names}


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a client's own certificate says, as targets and the connection log are told: `validity` has both
    dates in ISO 8601."""

    serial: str
    issuer: str
    subject: str
    validity: str


def read(leaf: x509.Certificate) -> Leaf:
    period = f"NotBefore={_time(leaf.not_valid_before_utc)};NotAfter={_time(leaf.not_valid_after_utc)}"
    return Leaf(serial_number(leaf), distinguished(leaf.issuer), distinguished(leaf.subject), period)


def told(mode: str, chain: Sequence[x509.Certificate]) -> Pairs:
    """The names of `header_names` and their values, for the chain that a client presented, its own
    certificate first; none where it presented nothing."""
    if not chain:
        return ()
    names = header_names(mode)
    if mode == "passthrough":
        return tuple(zip(names, ["".join(map(encoded, chain))], strict=True))
    found = read(chain[0])
    values = (found.serial, found.issuer, found.subject, found.validity, encoded(chain[0]))
    return tuple(zip(names, values, strict=True))


def serial_number(certificate: x509.Certificate) -> str:
    """Whole bytes in upper case, as the guide's examples have them."""
    digits = f"{certificate.serial_number:X}"
    return digits.zfill(len(digits) + len(digits) % 2)


def distinguished(name: x509.Name) -> str:
    """A name as RFC 2253 writes it. Guess: as OpenSSL does, where bytes that are not ASCII are escaped."""
    return ",".join("+".join(map(_attribute, rdn)) for rdn in reversed(name.rdns))


def encoded(certificate: x509.Certificate) -> str:
    """PEM, URL-encoded "with +=/ as safe characters". The guide's example of passthrough has %3D all the
    same, that of others who saw it has not."""
    return quote(certificate.public_bytes(serialization.Encoding.PEM), safe="+=/")


def unsupported(certificate: x509.Certificate) -> str:
    """Why mutual TLS takes no such certificate; empty where it does ("Requirements for certificates")."""
    if certificate.version is not x509.Version.v3:
        return "it is no X.509v3 certificate"
    match key := certificate.public_key():
        case rsa.RSAPublicKey():
            if key.key_size not in _RSA_BITS:
                return f"its RSA key has {key.key_size} bits, not 2048 to 8192"
        case ec.EllipticCurvePublicKey():
            if key.curve.name not in _CURVES:
                return f"its key is on the curve {key.curve.name}, not on {', '.join(_CURVES)}"
        case _:
            return "its key is neither RSA nor ECDSA"
    if not isinstance(certificate.signature_hash_algorithm, _HASHES):
        return "its signature is not of SHA-256, SHA-384 or SHA-512"
    return ""


def _time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _attribute(attribute: x509.NameAttribute[str | bytes]) -> str:
    name, value = _NAMES.get(attribute.oid), attribute.value
    if name is None or isinstance(value, bytes):
        raw = value if isinstance(value, bytes) else value.encode()
        return f"{attribute.oid.dotted_string}=#{_der(attribute, raw).hex().upper()}"
    escaped = "".join(map(_escaped, value.encode()))
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    if len(escaped) > 1 and escaped.endswith(" ") and not escaped.endswith("\\ "):
        escaped = escaped[:-1] + "\\ "
    return f"{name}={escaped}"


def _der(attribute: x509.NameAttribute[str | bytes], raw: bytes) -> bytes:
    length = bytes([len(raw)]) if len(raw) < 128 else bytes([0x82]) + len(raw).to_bytes(2, "big")
    return bytes([attribute._type.value]) + length + raw


def _escaped(byte: int) -> str:
    """RFC 2253 section 2.4."""
    if chr(byte) in ',+"\\<>;':
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:02X}"
