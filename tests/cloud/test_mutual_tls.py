"""Mutual TLS of HTTPS listeners: who comes in, what its target is told, and what changes while it listens."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from localalb.balancer import client_certificate
from tests.cases.mutual import PASSED, VERIFIED, ClientCase
from tests.certificates import CLIENT, Authority, Wanted, rsa_key
from tests.cloud.secure import Http2, Https, connect
from tests.cloud.trusting import HOST, Trusting, context, issued, trusting
from tests.sites import Sites

CHAIN = "x-amzn-mtls-clientcert"
VERIFY = set(client_certificate.header_names("verify").values())


@pytest.fixture(scope="module")
def clients() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def shared(cloud: Sites, authority: Authority, clients: Authority) -> Iterator[Trusting]:
    with trusting(cloud, authority, clients) as found:
        yield found


@pytest.fixture
def trust(shared: Trusting) -> Iterator[Trusting]:
    """A listener that verifies; whatever a test makes of it ends with the test."""
    yield shared
    shared.put("bundle", shared.authority.root)
    modify(shared, "bundle")
    known = shared.cloud.elbv2.describe_trust_store_revocations(TrustStoreArn=shared.store)
    if ids := [each["RevocationId"] for each in known["TrustStoreRevocations"]]:
        shared.unrevoke(*ids)
    shared.set()


def modify(trust: Trusting, key: str) -> None:
    trust.cloud.elbv2.modify_trust_store(
        TrustStoreArn=trust.store, CaCertificatesBundleS3Bucket=trust.bucket, CaCertificatesBundleS3Key=key
    )


def told(event: dict[str, Any] | None) -> dict[str, str]:
    """The headers of mutual TLS in an event."""
    assert event is not None, "the connection ended"
    return {name: value for name, value in event["headers"].items() if name.startswith(CHAIN)}


@pytest.mark.parametrize("case", [*VERIFIED, *PASSED], ids=lambda case: case.id)
def test_client(trust: Trusting, tmp_path: Path, case: ClientCase) -> None:
    certificate = issued(case, trust.authority)
    if case.revoked and certificate:
        trust.revoke(trust.authority.revoked(certificate, ends=case.list_ends))
    if case.settings:
        trust.set(**case.settings)
    seen = trust.seen()
    event = trust.event(context(trust.servers, certificate, tmp_path))
    if case.reason:
        assert event is None
        assert trust.reason(seen) == case.reason
    elif case.settings.get("Mode") == "passthrough":
        assert set(told(event)) == ({CHAIN} if certificate else set())
    else:
        assert set(told(event)) == VERIFY


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("mode", ["verify", "passthrough"])
def test_what_a_target_is_told(trust: Trusting, tmp_path: Path, mode: str, version: ssl.TLSVersion) -> None:
    if mode == "passthrough":
        trust.set(Mode=mode)
    trust.cloud.elbv2.modify_listener(
        ListenerArn=trust.site.listener, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06"
    )
    certificate = trust.authority.client("a.example", CLIENT)
    client = context(trust.servers, certificate, tmp_path)
    client.minimum_version = client.maximum_version = version
    chain = x509.load_pem_x509_certificates(certificate.certificate + certificate.chain)
    headers = client_certificate.header_names(mode)
    wanted = {headers[key]: value for key, value in client_certificate.told(mode, chain)}
    assert told(trust.event(client, X_Amzn_Mtls_Clientcert_Subject="CN=forged")) == wanted


def test_http_2(trust: Trusting, tmp_path: Path) -> None:
    client = context(trust.servers, trust.authority.client("a.example"), tmp_path, "h2", "http/1.1")
    with Http2(trust.site.address, client, HOST) as connection:
        answer = connection.answer(
            connection.begin("/", "GET", ("x-amzn-mtls-clientcert-subject", "CN=forged"))
        )
        assert told(answer.json())["x-amzn-mtls-clientcert-subject"] == "CN=a.example"
        # More than a record, both ways.
        stream = connection.begin("/", "POST", end=False)
        connection.send(stream, b"a" * 300_000)
        assert len(connection.answer(stream).json()["body"]) == 400_000


def test_a_connection_lasts(trust: Trusting, tmp_path: Path) -> None:
    """Requests and bodies of every size go through a connection that began with a certificate."""
    client = Https(trust.site.address, context(trust.servers, trust.authority.client(), tmp_path), HOST)
    for size in (0, 1, 16_384, 16_385, 500_000):
        client.request("POST", "/", b"a" * size, {"content-type": "text/plain"})
        assert client.getresponse().read().count(b"aaaa") >= size // 4 - 1
    client.close()


def test_a_trust_store_changes_while_its_listener_stays(trust: Trusting, tmp_path: Path) -> None:
    """ModifyTrustStore and revocation lists: open connections, and the address, outlive it."""
    old = context(trust.servers, trust.authority.client(), tmp_path)
    open_before = Https(trust.site.address, old, HOST)
    open_before.event()
    other = Authority()
    new = context(trust.servers, other.client(), tmp_path)
    assert trust.event(new) is None
    trust.put("other", other.root)
    modify(trust, "other")
    assert trust.cloud.address(trust.site.listener) == trust.site.address
    assert trust.event(new) is not None
    assert trust.event(old) is None
    open_before.event()
    open_before.close()


def test_mutual_tls_is_switched_on_and_off(trust: Trusting) -> None:
    without = trust.servers.context()
    assert trust.event(without) is None
    trust.set(Mode="off")
    event = trust.event(without, X_Amzn_Mtls_Clientcert="mine")
    assert told(event) == {CHAIN: "mine"}
    trust.set(Mode="passthrough")
    assert told(trust.event(without, X_Amzn_Mtls_Clientcert="forged")) == {}
    trust.set()
    assert trust.event(without) is None


def test_an_intermediate_may_be_trusted_alone(trust: Trusting, tmp_path: Path) -> None:
    """As s2n-tls has it, an authority in the store needs nobody above it."""
    trust.put("intermediate", trust.authority.intermediate)
    modify(trust, "intermediate")
    assert trust.event(context(trust.servers, trust.authority.client(), tmp_path)) is not None


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_the_life_of_a_revocation(trust: Trusting, tmp_path: Path, encoding: Encoding) -> None:
    """ELBv2 API, AddTrustStoreRevocations to RemoveTrustStoreRevocations."""
    elbv2, store = trust.cloud.elbv2, trust.store
    certificates = [trust.authority.client(str(number)) for number in range(3)]
    mine = context(trust.servers, certificates[0], tmp_path)
    assert trust.event(mine) is not None
    revoked = trust.authority.revoked(*certificates)
    id = trust.revoke(revoked, encoding=encoding)
    assert trust.event(mine) is None
    (found,) = elbv2.describe_trust_store_revocations(TrustStoreArn=store)["TrustStoreRevocations"]
    assert found == {
        "TrustStoreArn": store, "RevocationId": id, "RevocationType": "CRL", "NumberOfRevokedEntries": 3
    }  # fmt: skip
    (described,) = elbv2.describe_trust_stores(TrustStoreArns=[store])["TrustStores"]
    assert described["TotalRevokedEntries"] == 3
    content = elbv2.get_trust_store_revocation_content(TrustStoreArn=store, RevocationId=id)
    assert requests.get(content["Location"], timeout=10).content == revoked.public_bytes(encoding)
    trust.unrevoke(id)
    assert trust.event(mine) is not None
    assert elbv2.describe_trust_store_revocations(TrustStoreArn=store)["TrustStoreRevocations"] == []


def test_the_bundle_can_be_fetched(trust: Trusting) -> None:
    found = trust.cloud.elbv2.get_trust_store_ca_certificates_bundle(TrustStoreArn=trust.store)
    assert requests.get(found["Location"], timeout=10).content == trust.authority.root


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("remove", {"RevocationIds": [99]}, "RevocationIdNotFound"),
        ("describe", {"RevocationIds": [99]}, "RevocationIdNotFound"),
        ("add", {"RevocationContents": [{"S3Bucket": "{}", "S3Key": "none"}]}, "RevocationContentNotFound"),
        ("add", {"RevocationContents": [{"S3Bucket": "{}", "S3Key": "bundle"}]}, "InvalidRevocationContent"),
        ("add", {"TrustStoreArn": "arn:aws:elasticloadbalancing:a:1:truststore/b/c"}, "TrustStoreNotFound"),
    ],
)
def test_what_is_refused_of_revocations(
    trust: Trusting, operation: str, arguments: dict[str, Any], code: str
) -> None:
    call = getattr(trust.cloud.elbv2, f"{operation}_trust_store_revocations")
    for content in arguments.get("RevocationContents", ()):
        content["S3Bucket"] = trust.bucket
    with pytest.raises(ClientError) as caught:
        call(**{"TrustStoreArn": trust.store} | arguments)
    assert caught.value.response["Error"]["Code"] == code


def test_a_bundle_of_unsupported_certificates_is_refused(trust: Trusting) -> None:
    """re:Post, "How do I investigate issues related to the CA bundle for mTLS listeners"."""
    trust.put("weak", trust.authority.client(wanted=Wanted(key=rsa_key(1024))).certificate)
    with pytest.raises(ClientError) as caught:
        modify(trust, "weak")
    assert caught.value.response["Error"]["Code"] == "InvalidCaCertificatesBundle"


def test_a_session_is_not_resumed(trust: Trusting, tmp_path: Path) -> None:
    """User guide, "Session resumption"."""
    client = context(trust.servers, trust.authority.client(), tmp_path)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with connect(trust.site.address, client, HOST) as first:
        plain = socket.create_connection(trust.site.address)
        with client.wrap_socket(plain, server_hostname=HOST, session=first.session) as second:
            assert not second.session_reused


def test_one_who_says_nothing_does_no_harm(trust: Trusting, tmp_path: Path) -> None:
    with (
        pytest.raises((ssl.SSLError, ConnectionError)),
        connect(trust.site.address, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), HOST),
    ):
        pass  # it trusts nobody, and hangs up in the handshake
    assert trust.event(context(trust.servers, trust.authority.client(), tmp_path)) is not None
