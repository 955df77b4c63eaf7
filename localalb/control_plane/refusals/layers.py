"""What Lambda refuses of layers. Words: localstack, test_lambda_api.snapshot."""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.functions import unpacked
from localalb.control_plane.refusals.reason import Api, Refusal, parameter

MAX_LAYERS = 5  # Lambda guide, "Lambda quotas"


def of_a_function(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunction and UpdateFunctionConfiguration, `Layers`: five, one version of each, of the region."""
    given = call.get("Layers") or ()
    if len(given) > MAX_LAYERS:
        return parameter(f"Cannot reference more than {MAX_LAYERS} layers.")
    seen: dict[str, str] = {}
    for arn in given:
        region, name = arn.split(":")[3], arn.rpartition(":")[0]
        if existing.region and region != existing.region:
            return parameter(
                "Layers are not in the same region as the function. Layers are expected to be in region "
                f"{existing.region}."
            )
        if name in seen:
            return parameter(
                "Two different versions of the same layer are not allowed to be referenced in the same "
                f"function. {seen[name]} and {arn} are versions of the same layer."
            )
        seen[name] = arn
    return None


def content(call: Api, existing: Existing) -> Refusal | None:
    """PublishLayerVersion, `Content`: a zip."""
    return unpacked((call.get("Content") or {}).get("ZipFile"))
