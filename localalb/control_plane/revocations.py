"""The revocation lists of trust stores, which moto's ELBv2 lacks.

ELBv2 API, AddTrustStoreRevocations and what follows it; quotas, "Revocation entries per trust store".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.responses import ELBV2Response

from localalb.control_plane import trust_stores
from localalb.control_plane.seam import Replacement, Seam
from localalb.control_plane.trust_stores import Source, TrustStore

SEAMS: tuple[Seam, ...] = ()
ADDITIONS: tuple[Seam, ...] = (
    (ELBV2Response, "add_trust_store_revocations"),
    (ELBV2Response, "remove_trust_store_revocations"),
    (ELBV2Response, "describe_trust_store_revocations"),
    (ELBV2Response, "get_trust_store_revocation_content"),
)

MOST_ENTRIES = 500_000
_PEM = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)


@dataclass(frozen=True)
class Revocation:
    """Named as the API names its answer's fields; `lists` are in DER."""

    trust_store_arn: str
    revocation_id: int
    number_of_revoked_entries: int
    lists: tuple[bytes, ...]
    source: Source
    revocation_type: str = "CRL"


def replacements() -> list[Replacement]:
    """The methods of `ADDITIONS` as they should be."""
    return [
        (ELBV2Response, "add_trust_store_revocations", _add),
        (ELBV2Response, "remove_trust_store_revocations", _remove),
        (ELBV2Response, "describe_trust_store_revocations", _describe),
        (ELBV2Response, "get_trust_store_revocation_content", _content),
    ]


def _add(self: Any) -> ActionResult:
    store = _store(self)
    made = []
    for number, content in enumerate(self.params.get("RevocationContents") or (), store.last_revocation + 1):
        source = Source(content.get("S3Bucket", ""), content.get("S3Key", ""), content.get("S3ObjectVersion"))
        found = trust_stores.read(self, source)
        if found is None:
            raise ELBClientError(
                "RevocationContentNotFound", f"There is no object {source.key} in {source.bucket}"
            )
        lists = revocation_lists(found)
        entries = sum(map(len, lists))
        raw = tuple(each.public_bytes(Encoding.DER) for each in lists)
        made.append(Revocation(store.trust_store_arn, number, entries, raw, source))
    if store.total_revoked_entries + sum(each.number_of_revoked_entries for each in made) > MOST_ENTRIES:
        words = f"A trust store has {MOST_ENTRIES} revocation entries at most"
        raise ELBClientError("TooManyTrustStoreRevocationEntries", words)
    store.revocations.update({each.revocation_id: each for each in made})
    store.last_revocation += len(made)
    return ActionResult({"TrustStoreRevocations": made})


def _remove(self: Any) -> EmptyResult:
    store = _store(self)
    for found in _named(store, self.params["RevocationIds"]):
        del store.revocations[found.revocation_id]
    return EmptyResult()


def _describe(self: Any) -> ActionResult:
    store = _store(self)
    ids = self.params.get("RevocationIds")
    return ActionResult(
        {"TrustStoreRevocations": _named(store, ids) if ids else list(store.revocations.values())}
    )


def _content(self: Any) -> ActionResult:
    (found,) = _named(_store(self), [self.params["RevocationId"]])
    return ActionResult({"Location": trust_stores.location(self, found.source)})


def _store(self: Any) -> TrustStore:
    return trust_stores.find(self.elbv2_backend, self.params["TrustStoreArn"])


def _named(store: TrustStore, ids: list[Any]) -> list[Any]:
    numbers = [int(each) for each in ids]
    if missing := [each for each in numbers if each not in store.revocations]:
        raise ELBClientError("RevocationIdNotFound", f"The trust store has no revocation {missing[0]}")
    return [store.revocations[each] for each in numbers]


def revocation_lists(content: bytes) -> list[x509.CertificateRevocationList]:
    """The lists of an object, in PEM or in DER. Raises `ELBClientError` where it has none."""
    try:
        if blocks := _PEM.findall(content):
            return [x509.load_pem_x509_crl(block + b"\n") for block in blocks]
        return [x509.load_der_x509_crl(content)]
    except ValueError as error:
        words = f"The revocation file is no list in PEM or DER: {error}"
        raise ELBClientError("InvalidRevocationContent", words) from None
