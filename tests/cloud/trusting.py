"""A site that asks its clients for certificates, and clients that come with some."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cases.mutual import ClientCase
from tests.certificates import Authority, Issued, Key, rsa_key
from tests.cloud.secure import Https
from tests.sites import Site, Sites
from tests.waiting import until

HOST = "mutual.example"
REFUSED = "a client was refused: "


@dataclass(frozen=True)
class Trusting:
    """A site whose listener verifies clients against a trust store, in which `authority` is. `servers` is
    who signed the site's own certificate."""

    cloud: Sites
    site: Site
    store: str
    bucket: str
    servers: Authority
    authority: Authority

    def set(self, **settings: Any) -> None:
        """Set the listener's mutual authentication; without `Mode` it verifies."""
        verify = {"Mode": "verify", "TrustStoreArn": self.store}
        wanted = settings if "Mode" in settings else verify | settings
        self.cloud.elbv2.modify_listener(ListenerArn=self.site.listener, MutualAuthentication=wanted)

    def put(self, key: str, content: bytes) -> None:
        self.cloud.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)

    def revoke(self, *lists: x509.CertificateRevocationList, encoding: Encoding = Encoding.PEM) -> int:
        """Add lists to the trust store; the id that the revocation gets."""
        self.put("revoked", b"".join(each.public_bytes(encoding) for each in lists))
        made = self.cloud.elbv2.add_trust_store_revocations(
            TrustStoreArn=self.store, RevocationContents=[{"S3Bucket": self.bucket, "S3Key": "revoked"}]
        )
        return int(made["TrustStoreRevocations"][0]["RevocationId"])

    def unrevoke(self, *ids: int) -> None:
        self.cloud.elbv2.remove_trust_store_revocations(TrustStoreArn=self.store, RevocationIds=list(ids))

    def event(self, context: ssl.SSLContext, **headers: str) -> dict[str, Any] | None:
        """The event that a client's request becomes; None where the connection ends before that."""
        client = Https(self.site.address, context, HOST)
        try:
            return client.event(**headers)
        except (ssl.SSLError, ConnectionError):
            return None
        finally:
            client.close()

    def reasons(self, seen: int) -> list[str]:
        """The reason codes of the refusals in the cloud's log behind its first `seen` characters."""
        lines = self.cloud.log.read_text()[seen:].splitlines()
        return [line.partition(REFUSED)[2].partition(":")[0] for line in lines if REFUSED in line]

    def reason(self, seen: int) -> str:
        return str(until(lambda: self.reasons(seen))[-1])

    def seen(self) -> int:
        return len(self.cloud.log.read_text())


@contextmanager
def trusting(cloud: Sites, servers: Authority, authority: Authority) -> Iterator[Trusting]:
    bucket, elbv2 = cloud.name("trusted"), cloud.elbv2
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_object(Bucket=bucket, Key="bundle", Body=authority.root)
    made = elbv2.create_trust_store(
        Name=cloud.name("store"), CaCertificatesBundleS3Bucket=bucket, CaCertificatesBundleS3Key="bundle"
    )
    store = made["TrustStores"][0]["TrustStoreArn"]
    certificate = servers.issue(HOST).imported(cloud.client("acm"))
    with cloud.deployed(port=443, certificate=certificate) as site:
        found = Trusting(cloud, site, store, bucket, servers, authority)
        found.set()
        yield found
    elbv2.delete_trust_store(TrustStoreArn=store)


def made_of(name: str) -> Key:
    """A key, by its name in the cases."""
    kind, _, bits = name.partition("-")
    if kind == "rsa":
        return rsa_key(int(bits))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(getattr(ec, kind.upper())())


def issued(case: ClientCase, authority: Authority) -> Issued | None:
    """The certificate that a case's client has."""
    wanted = replace(case.wanted, key=made_of(case.key))
    match case.who:
        case "nobody":
            return None
        case "foreign":
            return Authority().client(wanted=wanted)
        case "self-signed":
            return Authority.alone(wanted)
    return authority.client(wanted=wanted)


def context(servers: Authority, certificate: Issued | None, folder: Path, *protocols: str) -> ssl.SSLContext:
    """A client's, with a certificate or without."""
    found = servers.context(*protocols)
    found.set_ciphers("DEFAULT:@SECLEVEL=0")  # so that it shows weak keys too
    if certificate:
        found.load_cert_chain(certificate.written(folder))
    return found
