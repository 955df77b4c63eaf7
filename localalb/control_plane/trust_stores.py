"""Trust stores and the mutual authentication of listeners, which moto's ELBv2 lacks.

ELBv2 API, CreateTrustStore and what follows it; user guide, "Mutual authentication with TLS".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import boto3
from cryptography import x509
from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, elbv2_backends
from moto.elbv2.responses import ELBV2Response
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from localalb.balancer import client_certificate
from localalb.control_plane import guard
from localalb.control_plane.seam import Replacement, Seam
from localalb.serving.openssl import Trust

SEAMS: tuple[Seam, ...] = (
    (ELBv2Backend, "_get_resource_by_arn"),
    (ELBV2Response, "create_listener"),
    (ELBV2Response, "modify_listener"),
)
ADDITIONS: tuple[Seam, ...] = (
    (ELBV2Response, "create_trust_store"),
    (ELBV2Response, "modify_trust_store"),
    (ELBV2Response, "describe_trust_stores"),
    (ELBV2Response, "describe_trust_store_associations"),
    (ELBV2Response, "delete_trust_store"),
    (ELBV2Response, "get_trust_store_ca_certificates_bundle"),
)


@dataclass(frozen=True)
class Source:
    """An object of S3."""

    bucket: str
    key: str
    version: str | None = None


@dataclass
class TrustStore:
    """Named as the API names its answer's fields. `bundle` is the authorities' certificates in PEM, `source`
    where they were read; `revocations` are `revocations.Revocation`s by id."""

    name: str
    trust_store_arn: str
    number_of_ca_certificates: int
    bundle: bytes
    source: Source
    status: str = "ACTIVE"
    revocations: dict[int, Any] = field(default_factory=dict)
    last_revocation: int = 0

    @property
    def total_revoked_entries(self) -> int:
        return sum(each.number_of_revoked_entries for each in self.revocations.values())


def stores(backend: ELBv2Backend) -> dict[str, TrustStore]:
    """The trust stores of an account in a region, by ARN."""
    found: dict[str, TrustStore] = vars(backend).setdefault("trust_stores", {})
    return found


def trust(arn: str) -> Trust | None:
    """What a trust store holds; None where there is none."""
    _, _, _, region, account, _ = arn.split(":", 5)
    store = stores(elbv2_backends[account][region]).get(arn)
    if store is None:
        return None
    lists = tuple(each for found in list(store.revocations.values()) for each in found.lists)
    return Trust(store.bundle, lists)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` and `ADDITIONS` as they should be."""
    create_listener: Any = ELBV2Response.create_listener
    modify_listener: Any = ELBV2Response.modify_listener
    get_resource = ELBv2Backend._get_resource_by_arn

    def create_with_authentication(self: Any) -> ActionResult:
        wanted = self.params.get("MutualAuthentication")
        _check(self.elbv2_backend, wanted)
        made: ActionResult = create_listener(self)
        listener = _listener(made)
        if listener.protocol == "HTTPS":
            listener.mutual_authentication = _authentication(wanted)
        return made

    def modify_with_authentication(self: Any) -> ActionResult:
        wanted = self.params.get("MutualAuthentication")
        _check(self.elbv2_backend, wanted)
        made: ActionResult = modify_listener(self)
        if wanted:
            _listener(made).mutual_authentication = _authentication(wanted)
        return made

    def get_store_or_resource(self: ELBv2Backend, arn: str) -> Any:
        return find(self, arn) if ":truststore/" in arn else get_resource(self, arn)

    return [
        (ELBV2Response, "create_listener", create_with_authentication),
        (ELBV2Response, "modify_listener", modify_with_authentication),
        (ELBv2Backend, "_get_resource_by_arn", get_store_or_resource),
        (ELBV2Response, "create_trust_store", _create),
        (ELBV2Response, "modify_trust_store", _modify),
        (ELBV2Response, "describe_trust_stores", _describe),
        (ELBV2Response, "describe_trust_store_associations", _describe_associations),
        (ELBV2Response, "delete_trust_store", _delete),
        (ELBV2Response, "get_trust_store_ca_certificates_bundle", _get_bundle),
    ]


def _listener(result: Any) -> Any:
    return result.result["Listeners"][0]


def _check(backend: ELBv2Backend, wanted: dict[str, Any] | None) -> None:
    """Refuse what names no trust store."""
    if not wanted or wanted["Mode"] != "verify":
        return
    if not (arn := wanted.get("TrustStoreArn")):
        raise ELBClientError("ValidationError", "A trust store must be specified for the mode 'verify'")
    find(backend, arn)


def _authentication(wanted: dict[str, Any] | None) -> dict[str, Any]:
    """The MutualAuthentication of a listener, with what the API adds to what was asked for."""
    if not wanted:
        return {"Mode": "off"}
    if wanted["Mode"] != "verify":
        return wanted
    expiry = str(wanted.get("IgnoreClientCertificateExpiry", False)).lower() == "true"
    added = {
        "IgnoreClientCertificateExpiry": expiry,
        "AdvertiseTrustStoreCaNames": wanted.get("AdvertiseTrustStoreCaNames", "off"),
        "TrustStoreAssociationStatus": "active",
    }
    return wanted | added


def _create(self: Any) -> ActionResult:
    backend, name = self.elbv2_backend, self.params["Name"]
    if any(store.name == name for store in stores(backend).values()):
        raise ELBClientError("DuplicateTrustStoreName", f"A trust store with the name {name} exists")
    bundle, source = _bundle(self)
    place = f"arn:{backend.partition}:elasticloadbalancing:{backend.region_name}:{backend.account_id}"
    arn = f"{place}:truststore/{name}/{secrets.token_hex(8)}"
    stores(backend)[arn] = store = TrustStore(name, arn, len(_certificates(bundle)), bundle, source)
    backend.tagging_service.tag_resource(arn, self.params.get("Tags"))
    return ActionResult({"TrustStores": [store]})


def _modify(self: Any) -> ActionResult:
    store = find(self.elbv2_backend, self.params["TrustStoreArn"])
    bundle, source = _bundle(self)
    store.number_of_ca_certificates = len(_certificates(bundle))
    store.bundle, store.source = bundle, source
    return ActionResult({"TrustStores": [store]})


def _describe(self: Any) -> ActionResult:
    arns, names = self.params.get("TrustStoreArns"), self.params.get("Names")
    found = list(stores(self.elbv2_backend).values())
    if arns:
        found = [find(self.elbv2_backend, arn) for arn in arns]
    if names:
        found = [store for store in found if store.name in names]
        if {store.name for store in found} != set(names):
            raise _not_found()
    return ActionResult({"TrustStores": found})


def _describe_associations(self: Any) -> ActionResult:
    users = _users(self.elbv2_backend, self.params["TrustStoreArn"])
    return ActionResult({"TrustStoreAssociations": [{"ResourceArn": arn} for arn in users]})


def _delete(self: Any) -> EmptyResult:
    backend, arn = self.elbv2_backend, self.params["TrustStoreArn"]
    if users := _users(backend, arn):
        raise ELBClientError("TrustStoreInUse", f"The trust store is in use by {', '.join(users)}")
    del stores(backend)[arn]
    return EmptyResult()


def _users(backend: ELBv2Backend, arn: str) -> list[str]:
    """The listeners that verify clients against a trust store, which must exist."""
    find(backend, arn)
    return [
        listener.arn
        for balancer in backend.load_balancers.values()
        for listener in balancer.listeners.values()
        if getattr(listener, "mutual_authentication", {}).get("TrustStoreArn") == arn
    ]


def find(backend: ELBv2Backend, arn: str) -> TrustStore:
    if arn not in stores(backend):
        raise _not_found()
    return stores(backend)[arn]


def _not_found() -> ELBClientError:
    return ELBClientError("TrustStoreNotFound", "The specified trust store does not exist.")


def _bundle(self: Any) -> tuple[bytes, Source]:
    """The object of S3 that a request names."""
    source = Source(
        self.params["CaCertificatesBundleS3Bucket"],
        self.params["CaCertificatesBundleS3Key"],
        self.params.get("CaCertificatesBundleS3ObjectVersion"),
    )
    found = read(self, source)
    if found is None:
        words = f"There is no object {source.key} in {source.bucket}"
        raise ELBClientError("CaCertificatesBundleNotFound", words)
    return found, source


def read(self: Any, source: Source) -> bytes | None:
    """An object of the caller's account; None where there is none."""
    try:
        found = s3_backends[self.current_account]["aws"].get_object(source.bucket, source.key, source.version)
    except MissingBucket:
        found = None
    return None if found is None else bytes(found.value)


def location(self: Any, source: Source) -> str:
    """A pre-signed URL. Guess: of the object that was read; AWS may have a copy of its own."""
    s3: Any = boto3.client(
        "s3",
        region_name=self.region,
        endpoint_url=f"http://{self.headers['Host']}",
        aws_access_key_id=guard.shown({"HTTP_AUTHORIZATION": self.headers["Authorization"]}),
        aws_secret_access_key="unused",  # nobody here checks signatures
    )
    version = {"VersionId": source.version} if source.version else {}
    named = {"Bucket": source.bucket, "Key": source.key, **version}
    return str(s3.generate_presigned_url("get_object", Params=named, ExpiresIn=600))


def _get_bundle(self: Any) -> ActionResult:
    store = find(self.elbv2_backend, self.params["TrustStoreArn"])
    return ActionResult({"Location": location(self, store.source)})


def _certificates(bundle: bytes) -> list[x509.Certificate]:
    """Those of a bundle, each of which a load balancer must be able to trust."""
    try:
        found = x509.load_pem_x509_certificates(bundle)
    except ValueError as error:
        raise ELBClientError("InvalidCaCertificatesBundle", f"The bundle is not PEM: {error}") from None
    for each in found:
        if why := client_certificate.unsupported(each):
            name = client_certificate.distinguished(each.subject)
            raise ELBClientError(
                "InvalidCaCertificatesBundle", f"The certificate of {name} is not supported: {why}"
            )
    return found
