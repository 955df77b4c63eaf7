"""The security policies, as nmap finds them: versions and ciphers that a listener really takes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from tests.cases.policies import ALL, PolicyCase
from tests.certificates import Authority, rsa_key
from tests.clients.tools import tool
from tests.sites import Address, Sites, fixed

VERSIONS = {"TLSv1.3": "TLSv1.3", "TLSv1.2": "TLSv1.2", "TLSv1.1": "TLSv1.1", "TLSv1.0": "TLSv1"}
# Several names stand for the same protocols and ciphers: each kind is scanned once, by one of its names.
KINDS = {(case.protocols, frozenset(case.ciphers)): case for case in reversed(ALL)}
# nmap has a name of its own for the suites of TLS 1.3.
_SUITE_OF_1_3 = re.compile(r"TLS_(?:AKE_WITH_)?(AES|CHACHA20)")


@pytest.fixture(scope="module")
def listeners(cloud: Sites) -> Iterator[dict[str, tuple[str, Address]]]:
    """A listener with an ECDSA certificate, and one with one of RSA: their ARNs and addresses. A client is
    shown one certificate, so the ciphers of a policy are those of both."""
    authority, acm = Authority(), cloud.client("acm")
    balancer = cloud.load_balancer(cloud.name("policies"))["LoadBalancerArn"]
    found = {}
    for port, (sign, key) in enumerate({"ECDSA": None, "RSA": rsa_key()}.items(), 443):
        certificate = authority.issue(f"{sign.lower()}.example", key=key).imported(acm)
        arn = cloud.listener(balancer, fixed("in"), port=port, certificate=certificate)
        found[sign] = arn, cloud.address(arn)
    yield found
    cloud.elbv2.delete_load_balancer(LoadBalancerArn=balancer)


def scanned(address: Address) -> dict[str, set[str]]:
    """The versions that a server takes, and the ciphers of each, by their IANA names."""
    host, port = address
    result = subprocess.run(
        [
            tool("nmap", "nmap"),
            "-Pn",
            "-n",
            "-p",
            str(port),
            "--script",
            "+ssl-enum-ciphers",  # whatever nmap thinks is behind that port
            "-oX",
            "-",
            host,
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    script = ElementTree.fromstring(result.stdout).find(".//script[@id='ssl-enum-ciphers']")
    assert script is not None, result.stdout
    return {
        VERSIONS[table.attrib["key"]]: {
            _SUITE_OF_1_3.sub(r"TLS_\1", name.text or "")
            for name in table.findall("table[@key='ciphers']/table/elem[@key='name']")
        }
        for table in script.findall("table")
    }


def iana(cipher: str) -> str:
    """OpenSSL's name of a cipher in the one of IANA, as the guide's "Policies by cipher" has both."""
    if cipher.startswith("TLS_"):
        return cipher
    exchange, _, rest = f"RSA-{cipher}".rpartition("AES")
    bits, *mode = rest.split("-")
    exchange = exchange.removeprefix("RSA-").strip("-").replace("-", "_") or "RSA"
    return f"TLS_{exchange}_WITH_AES_{bits}_" + ("_".join(mode) if mode[0] == "GCM" else f"CBC_{mode[0]}")


@pytest.mark.parametrize("case", [*KINDS.values()][::-1], ids=lambda case: case.id)
def test_a_listener_takes_what_its_policy_says(
    cloud: Sites, listeners: dict[str, tuple[str, Address]], case: PolicyCase
) -> None:
    versions: set[str] = set()
    ciphers: set[str] = set()
    for arn, address in listeners.values():
        cloud.elbv2.modify_listener(ListenerArn=arn, SslPolicy=case.name)
        for version, names in scanned(address).items():
            versions.add(version)
            ciphers |= names
    assert versions == set(case.protocols)
    assert ciphers == {iana(cipher) for cipher in case.ciphers}
