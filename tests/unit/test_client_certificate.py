"""What is told of a client's certificate: every row, without a socket."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from localalb.balancer import client_certificate
from localalb.balancer.event import Settings, forwarded
from localalb.http.message import Request
from tests.cases.mutual import NAMES, SERIALS, NameCase, SerialCase
from tests.certificates import Authority, Issued, Key, Wanted, rsa_key

NAME = "routing.http.request.x_amzn_mtls_clientcert_{}.header_name"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def chain(issued: Issued) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(issued.certificate + issued.chain)


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case.id)
def test_name(case: NameCase) -> None:
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in case.subject])
    assert client_certificate.distinguished(name) == case.header


@pytest.mark.parametrize(
    ("key", "word"),
    [
        (ec.generate_private_key(ec.SECP256R1()), ""),
        (ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
        (ec.generate_private_key(ec.BrainpoolP256R1()), "brainpoolP256r1"),
        (ed25519.Ed25519PrivateKey.generate(), "neither RSA nor ECDSA"),
        (rsa_key(2040), "2040 bits"),
        (rsa_key(2048), ""),
    ],
)
def test_which_keys_are_supported(authority: Authority, key: Key, word: str) -> None:
    """User guide, "Requirements for certificates"."""
    why = client_certificate.unsupported(chain(authority.client(wanted=Wanted(key=key)))[0])
    assert word in why
    assert bool(word) == bool(why)


@pytest.mark.parametrize("case", SERIALS, ids=lambda case: case.id)
def test_serial_number(case: SerialCase, authority: Authority) -> None:
    (leaf, _) = chain(authority.client(wanted=Wanted(serial=case.serial)))
    assert client_certificate.serial_number(leaf) == case.header


def test_the_whole_chain_is_passed_through_the_leaf_first(authority: Authority) -> None:
    """User guide, "Certificate order for passthrough"."""
    issued = authority.client()
    ((key, value),) = client_certificate.told("passthrough", chain(issued))
    assert key == "mtls_clientcert"
    assert value.startswith("-----BEGIN%20CERTIFICATE-----%0AMII")
    assert unquote(value).encode() == issued.certificate + issued.chain
    assert not set(value) & set(" \r\n")


def test_what_is_safe_is_not_encoded(authority: Authority) -> None:
    """User guide, "with +=/ as safe characters": of a hundred certificates some have each."""
    values = "".join(client_certificate.encoded(chain(authority.client(f"{n}"))[0]) for n in range(100))
    assert all(safe in values for safe in "+=/")
    assert {values[at : at + 3] for at, char in enumerate(values) if char == "%"} == {"%20", "%0A"}


SENT = tuple((name, "forged") for name in client_certificate.header_names("verify").values())


@pytest.mark.parametrize(
    ("mutual", "kept"), [(None, True), ((), False), ((("mtls_clientcert", "true"),), False)]
)
def test_a_client_does_not_say_itself_what_its_certificate_says(
    mutual: tuple[tuple[str, str], ...] | None, kept: bool
) -> None:
    request = Request("GET", "/", headers=(*SENT, ("X-Amzn-Mtls-Clientcert", "forged")), mutual=mutual)
    headers = forwarded(request, Settings(), dns_name="demo.example", trace="")
    assert ("forged" in dict(headers).values()) is kept
    assert headers.count(("x-amzn-mtls-clientcert", "true")) == len(mutual or ())


def test_headers_are_renamed() -> None:
    """User guide, "HTTP header modification"."""
    settings = Settings.of({NAME.format("subject"): "X-Client", NAME.format("leaf"): ""})
    sent = (("x-client", "forged"), ("x-amzn-mtls-clientcert-subject", "a header like any other"))
    request = Request("GET", "/", headers=sent, mutual=(("mtls_clientcert_subject", "CN=a"),))
    headers = forwarded(request, settings, dns_name="demo.example", trace="")
    assert [value for name, value in headers if name.lower() == "x-client"] == ["CN=a"]
    assert ("x-amzn-mtls-clientcert-subject", "a header like any other") in headers
