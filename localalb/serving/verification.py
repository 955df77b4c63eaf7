"""What OpenSSL finds wrong with a client's certificate, and what a load balancer makes of it.

The words are those of the connection log (user guide, "Error reason codes"); that they are the errors of
s2n-tls one by one is why, where the guide is silent, its rules decide: a guess, marked below.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence

from cryptography import x509
from OpenSSL.SSL import X509VerificationCodes as Found

from localalb.balancer import client_certificate
from localalb.balancer.topology import MutualTls

UNMAPPED = "UnmappedConnectionError"

REASONS: Mapping[int, str] = {
    Found.ERR_CERT_HAS_EXPIRED: "ClientCertExpired",
    Found.ERR_CERT_NOT_YET_VALID: "ClientCertNotYetValid",
    Found.ERR_CERT_REVOKED: "ClientCertCrlHit",
    Found.ERR_CRL_SIGNATURE_FAILURE: "ClientCertCrlProcessingError",
    Found.ERR_UNABLE_TO_GET_CRL_ISSUER: "ClientCertCrlProcessingError",
    Found.ERR_UNHANDLED_CRITICAL_CRL_EXTENSION: "ClientCertCrlProcessingError",
    Found.ERR_CERT_CHAIN_TOO_LONG: "ClientCertMaxChainDepthExceeded",
    Found.ERR_INVALID_PURPOSE: "ClientCertPurposeInvalid",
    Found.ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "ClientCertUntrusted",
    Found.ERR_SELF_SIGNED_CERT_IN_CHAIN: "ClientCertUntrusted",
    Found.ERR_UNABLE_TO_GET_ISSUER_CERT: "ClientCertUntrusted",
    Found.ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "ClientCertUntrusted",
    Found.ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: "ClientCertUntrusted",
    Found.ERR_CERT_UNTRUSTED: "ClientCertUntrusted",
}
"""Whatever else is wrong is a certificate that is invalid."""

# Guess: an issuer without a list has revoked nothing, and a list counts beyond its dates, as in s2n-tls.
_NO_OBSTACLE = (Found.ERR_UNABLE_TO_GET_CRL, Found.ERR_CRL_HAS_EXPIRED, Found.ERR_CRL_NOT_YET_VALID)

# Keys and signatures too weak for OpenSSL's level, which the policy sets: `check` has mutual TLS's own rules.
_WEAK = (66, 67, 68)  # X509_V_ERR_EE_KEY_TOO_SMALL, CA_KEY_TOO_SMALL, CA_MD_TOO_WEAK


class Refused(ssl.SSLError):
    """A handshake that the load balancer ends. `reason_code` is the connection log's."""

    def __init__(self, reason_code: str, why: str) -> None:
        super().__init__(why)
        self.reason_code = reason_code


def reason(error: BaseException) -> str:
    """The connection log's reason code for a handshake that failed."""
    return error.reason_code if isinstance(error, Refused) else UNMAPPED


def accepts(number: int, depth: int, mutual: MutualTls) -> bool:
    """Whether a load balancer takes a certificate about which OpenSSL says `number`; the client's own is at
    depth 0."""
    if number == Found.OK or number in (*_NO_OBSTACLE, *_WEAK) or mutual.mode == "passthrough":
        return True
    # Guess: of the chain, the client's own certificate is the one whose expiry is ignored.
    return number == Found.ERR_CERT_HAS_EXPIRED and mutual.ignore_expiry and depth == 0


def check(chain: Sequence[x509.Certificate]) -> None:
    """What OpenSSL does not hold against a chain that a client sent. Raises `Refused`."""
    # s2n-tls counts the certificates that come from the client.
    if len(chain) > client_certificate.MAX_CHAIN:
        why = (
            f"it presented {len(chain)} certificates, and a chain has {client_certificate.MAX_CHAIN} at most"
        )
        raise Refused("ClientCertMaxChainDepthExceeded", why)
    for certificate in chain:
        if why := client_certificate.unsupported(certificate):
            name = client_certificate.distinguished(certificate.subject)
            raise Refused("ClientCertTypeUnsupported", f"{name}: {why}")


def words(number: int) -> str:
    """OpenSSL's name for what it found."""
    return next((name for name, value in vars(Found).items() if value == number), str(number)).removeprefix(
        "ERR_"
    )
