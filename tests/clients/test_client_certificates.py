"""Client certificates, as curl and openssl present them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from localalb.balancer import client_certificate
from tests.cases.mutual import EXPIRED, NAMES, NameCase
from tests.certificates import Authority, Issued
from tests.clients.tools import tool
from tests.cloud.trusting import HOST, Trusting, trusting
from tests.sites import Sites


@pytest.fixture(scope="module")
def trust(cloud: Sites) -> Iterator[Trusting]:
    with trusting(cloud, Authority(), Authority()) as found:
        yield found


@pytest.fixture(scope="module")
def certificates(trust: Trusting) -> dict[str, Issued]:
    """By who presents them; the trust store has a list that names the one of `revoked`."""
    mine = trust.authority
    found = {
        "good": mine.client("good"),
        "expired": mine.client("expired", EXPIRED),
        "revoked": mine.client("revoked"),
        "foreign": Authority().client("foreign"),
    }
    trust.revoke(mine.revoked(found["revoked"]))
    return found


@dataclass(frozen=True)
class Client:
    """`file` is the certificate with its key, None for a client without."""

    trust: Trusting
    roots: Path
    file: Path | None

    def curl(self, *more: str) -> subprocess.CompletedProcess[bytes]:
        host, port = self.trust.site.address
        own = ("--cert", str(self.file)) if self.file else ()
        return subprocess.run(
            [
                *(tool("curl", "curl"), "--disable", "--noproxy", "*", "--silent", "--show-error"),
                *(
                    "--max-time",
                    "20",
                    "--cacert",
                    str(self.roots),
                    "--connect-to",
                    f"{HOST}:443:{host}:{port}",
                ),
                *(*own, *more, f"https://{HOST}/"),
            ],
            capture_output=True,
            timeout=30,
        )

    def openssl(self, *more: str) -> str:
        """What `openssl s_client` says and gets for one request."""
        host, port = self.trust.site.address
        own = ("-cert", str(self.file), "-cert_chain", str(self.file)) if self.file else ()
        result = subprocess.run(
            [
                *(tool("openssl", "openssl"), "s_client", "-connect", f"{host}:{port}", "-servername", HOST),
                *("-CAfile", str(self.roots), "-ign_eof", *own, *more),
            ],
            input=f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode(),
            capture_output=True,
            timeout=30,
        )
        return (result.stdout + result.stderr).decode(errors="replace")


@pytest.fixture
def client(trust: Trusting, certificates: dict[str, Issued], tmp_path: Path) -> Any:
    roots = tmp_path / "roots"
    roots.write_bytes(trust.servers.root)

    def make(who: str) -> Client:
        own = certificates[who].written(tmp_path) if who in certificates else None
        return Client(trust, roots, own)

    return make


@pytest.mark.parametrize("version", ["--tls-max=1.2", "--tls-max=1.3"])
def test_curl_comes_in(client: Any, trust: Trusting, version: str) -> None:
    policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    trust.cloud.elbv2.modify_listener(ListenerArn=trust.site.listener, SslPolicy=policy)
    output = client("good").curl(*version.split("="))
    assert output.returncode == 0, output.stderr
    assert json.loads(output.stdout)["headers"]["x-amzn-mtls-clientcert-subject"] == "CN=good"


@pytest.mark.parametrize("who", ["expired", "revoked", "foreign", "nobody"])
def test_curl_is_sent_away(client: Any, who: str) -> None:
    output = client(who).curl()
    assert output.returncode in (16, 18, 35, 52, 55, 56, 92)  # the connection ends without an answer
    assert not output.stdout


def test_openssl_comes_in(client: Any) -> None:
    assert "HTTP/1.1 200 OK" in client("good").openssl()


@pytest.mark.parametrize("who", ["expired", "revoked", "foreign", "nobody"])
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl_is_sent_away(client: Any, who: str, version: str) -> None:
    assert "HTTP/1.1" not in client(who).openssl(version)


@pytest.mark.parametrize("who", ["good", "expired", "revoked", "foreign"])
def test_a_chain_is_passed_through(client: Any, trust: Trusting, who: str) -> None:
    trust.set(Mode="passthrough")
    output = client(who).curl()
    trust.set()
    headers = json.loads(output.stdout)["headers"]
    assert headers["x-amzn-mtls-clientcert"].count("BEGIN%20CERTIFICATE") == 2


@pytest.mark.parametrize("advertised", ["on", "off"])
def test_openssl_is_told_the_names_of_the_authorities(client: Any, trust: Trusting, advertised: str) -> None:
    """User guide, "Advertise Certificate Authority (CA) subject name"."""
    trust.set(AdvertiseTrustStoreCaNames=advertised)
    said = client("good").openssl()
    assert ("Acceptable client certificate CA names\nCN = Root" in said) is (advertised == "on")
    assert ("No client certificate CA names sent" in said) is (advertised == "off")


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case.id)
def test_openssl_writes_names_as_they_are_told(case: NameCase, tmp_path: Path) -> None:
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in case.subject])
    file = Authority().client(name).written(tmp_path)
    command = [
        tool("openssl", "openssl"),
        "x509",
        "-in",
        str(file),
        "-noout",
        "-subject",
        "-nameopt",
        "RFC2253",
    ]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert said == f"subject={client_certificate.distinguished(name)}\n"
