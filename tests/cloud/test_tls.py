"""HTTPS listeners: certificates from ACM by server name, and ALPN."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography import x509

from tests.certificates import Authority
from tests.cloud.conftest import Deploy
from tests.cloud.secure import Http2, Https, connect
from tests.connection import Client
from tests.sites import Site, Sites

DEFAULT, WILDCARD, THIRD = "default.example", "*.wild.example", "third.example"


@dataclass(frozen=True)
class Secure:
    """A site with three certificates; `arns` by common name."""

    site: Site
    arns: dict[str, str]


@pytest.fixture(scope="module")
def secure(cloud: Sites, authority: Authority) -> Iterator[Secure]:
    acm = cloud.client("acm")
    arns = {name: authority.issue(name).imported(acm) for name in (DEFAULT, WILDCARD, THIRD)}
    with cloud.deployed(port=443, certificate=arns[DEFAULT]) as site:
        for name in (WILDCARD, THIRD):
            add(cloud, site.listener, arns[name])
        yield Secure(site, arns)


def add(cloud: Sites, listener: str, certificate: str) -> None:
    cloud.elbv2.add_listener_certificates(
        ListenerArn=listener, Certificates=[{"CertificateArn": certificate}]
    )


def presented(site: Site, name: str | None) -> x509.Certificate:
    """The certificate a client is shown that asks for `name`, whatever it thinks of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with connect(site.address, context, name) as client:
        certificate = client.getpeercert(binary_form=True)
    assert certificate is not None
    return x509.load_der_x509_certificate(certificate)


def common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (DEFAULT, DEFAULT),
        ("a.wild.example", WILDCARD),
        ("B.WILD.example", WILDCARD),
        (THIRD, THIRD),
        ("wild.example", DEFAULT),  # a wildcard is exactly one label
        ("a.b.wild.example", DEFAULT),
        ("unknown.example", DEFAULT),
        (None, DEFAULT),
    ],
)
def test_the_certificate_is_chosen_by_the_server_name(
    secure: Secure, name: str | None, expected: str
) -> None:
    assert common_name(presented(secure.site, name)) == expected


@pytest.mark.parametrize("name", [DEFAULT, "a.wild.example", THIRD])
def test_a_client_that_trusts_the_root_alone_is_content(
    secure: Secure, authority: Authority, name: str
) -> None:
    """The chain that was imported is sent along, and the event says it was HTTPS."""
    client = Https(secure.site.address, authority.context(), name)
    headers = client.event()["headers"]
    client.close()
    assert (headers["host"], headers["x-forwarded-proto"]) == (name, "https")
    assert headers["x-forwarded-port"] == "443"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (("h2", "http/1.1"), "h2"),
        (("http/1.1", "h2"), "h2"),
        (("http/1.1",), "http/1.1"),
        (("h2",), "h2"),
        (("unknown", "http/1.1"), "http/1.1"),
        ((), None),
    ],
)
@pytest.mark.parametrize("name", [DEFAULT, THIRD])
def test_alpn(
    secure: Secure, authority: Authority, name: str, offered: tuple[str, ...], chosen: str | None
) -> None:
    with connect(secure.site.address, authority.context(*offered), name) as client:
        assert client.selected_alpn_protocol() == chosen


def test_http_2_can_be_disabled(cloud: Sites, deploy: Deploy, authority: Authority) -> None:
    certificate = authority.issue("one.example").imported(cloud.client("acm"))
    site = deploy(port=443, certificate=certificate, attributes={"routing.http2.enabled": "false"})
    with connect(site.address, authority.context("h2", "http/1.1"), "one.example") as client:
        assert client.selected_alpn_protocol() == "http/1.1"
    cloud.configure(site.load_balancer, {"routing.http2.enabled": "true"})
    address = cloud.address(site.listener)
    assert address == site.address
    with Http2(address, authority.context("h2"), "one.example") as secure:
        assert secure.get().status == 200


def test_a_certificate_is_added_and_removed_on_a_listener_that_stays_where_it_is(
    cloud: Sites, secure: Secure, authority: Authority
) -> None:
    """Connections that are open, and the address, outlive it."""
    site, name = secure.site, "later.example"
    client = Https(site.address, authority.context(), DEFAULT)
    client.event()
    socket = client.sock
    certificate = authority.issue(name).imported(cloud.client("acm"))
    assert common_name(presented(site, name)) == DEFAULT
    add(cloud, site.listener, certificate)
    assert cloud.address(site.listener) == site.address
    assert common_name(presented(site, name)) == name
    cloud.elbv2.remove_listener_certificates(
        ListenerArn=site.listener, Certificates=[{"CertificateArn": certificate}]
    )
    assert common_name(presented(site, name)) == DEFAULT
    assert client.event()["headers"]["host"] == DEFAULT
    assert client.sock is socket
    client.close()


def test_a_certificate_that_is_imported_again_is_served(
    cloud: Sites, secure: Secure, authority: Authority
) -> None:
    """ACM user guide, "Reimport a certificate": the ARN stays, and so does its listener."""
    old = presented(secure.site, THIRD).serial_number
    authority.issue(THIRD).imported(cloud.client("acm"), secure.arns[THIRD])
    new = presented(secure.site, THIRD)
    assert common_name(new) == THIRD
    assert new.serial_number != old


def test_a_default_certificate_is_replaced(cloud: Sites, deploy: Deploy, authority: Authority) -> None:
    acm = cloud.client("acm")
    site = deploy(port=443, certificate=authority.issue("first.example").imported(acm))
    second = authority.issue("second.example").imported(acm)
    cloud.elbv2.modify_listener(ListenerArn=site.listener, Certificates=[{"CertificateArn": second}])
    assert common_name(presented(site, None)) == "second.example"
    assert common_name(presented(site, "first.example")) == "second.example"


def test_plain_http_to_an_https_listener_does_no_harm(secure: Secure) -> None:
    with Client(secure.site.address) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.rest()
    assert common_name(presented(secure.site, THIRD)) == THIRD
