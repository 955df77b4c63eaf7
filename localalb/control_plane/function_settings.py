"""What moto drops of a function's configuration, the limit of its code and layers, and its layers.

Lambda API, CreateFunction, UpdateFunctionConfiguration and GetFunctionConfiguration.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.ec2.models import ec2_backends

from localalb.control_plane.seam import Replacement, Seam
from localalb.runtime import code

SEAMS: tuple[Seam, ...] = (
    (LambdaFunction, "__init__"),
    (LambdaFunction, "set_version"),
    (LambdaFunction, "update_configuration"),
    (LambdaFunction, "get_configuration"),
    (LambdaFunction, "_set_function_code"),
    (LambdaFunction, "_get_layers_data"),
)

# Members that moto takes from CreateFunction alone, and the names under which it keeps them.
_UPDATED = {"KMSKeyArn": "kms_key_arn", "TracingConfig": "tracing_config"}


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    init = LambdaFunction.__init__
    set_version = LambdaFunction.set_version
    get_configuration = LambdaFunction.get_configuration
    set_code = LambdaFunction._set_function_code
    update_configuration = LambdaFunction.update_configuration
    layers_data = LambdaFunction._get_layers_data

    def init_with_all(self: Any, account_id: str, spec: dict[str, Any], *rest: Any, **named: Any) -> None:
        self.logging_config = spec.get("LoggingConfig") or {}
        self.file_systems = spec.get("FileSystemConfigs") or []
        self.dead_letter = spec.get("DeadLetterConfig") or {}
        self.snap_start = (spec.get("SnapStart") or {}).get("ApplyOn", "None")
        init(self, account_id, spec, *rest, **named)

    def set_version_and_snapshot(self: Any, version: int) -> None:
        set_version(self, version)
        self.snapshot = self.snap_start == "PublishedVersions"

    def update_all(self: Any, updates: dict[str, Any]) -> dict[str, Any]:
        if "Layers" in updates:
            self._get_layers_data(updates["Layers"])  # refuses before anything is changed
        self.logging_config = updates.get("LoggingConfig") or self.logging_config
        self.file_systems = updates.get("FileSystemConfigs", self.file_systems)
        self.dead_letter = updates.get("DeadLetterConfig", self.dead_letter)
        self.snap_start = (updates.get("SnapStart") or {}).get("ApplyOn", self.snap_start)
        for member in _UPDATED.keys() & updates.keys():
            setattr(self, _UPDATED[member], updates[member])
        if "EphemeralStorage" in updates:
            self.ephemeral_storage = updates["EphemeralStorage"]["Size"]
        return update_configuration(self, updates)

    def configuration_with_all(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = get_configuration(self, *args, **kwargs)
        snapshot = "On" if getattr(self, "snapshot", False) else "Off"
        found |= {
            "LoggingConfig": _logging(self.function_name, self.logging_config),
            "VpcConfig": _vpc_config(self),
            "FileSystemConfigs": self.file_systems,
            **({"DeadLetterConfig": self.dead_letter} if self.dead_letter.get("TargetArn") else {}),
            "SnapStart": {"ApplyOn": self.snap_start, "OptimizationStatus": snapshot},
        }
        return found | {"RevisionId": _revision(found)}

    def set_code_within_limits(self: Any, spec: dict[str, Any]) -> None:
        before = dict(vars(self)), dict(self.code)
        set_code(self, spec)
        if words := _too_large(_package(self), self.layer_packages):
            vars(self).update(before[0], code=before[1])
            raise LambdaClientError("InvalidParameterValueException", words)

    def own_layers(self: Any, arns: list[str]) -> Any:
        strange = [arn for arn in arns if arn.split(":")[4:5] != [self.account_id]]
        if strange:
            raise _NoSuchAccount(strange[0], self.account_id)
        backend = lambda_backends[self.account_id][self.region]
        versions: Any = [backend.layers_versions_by_arn(arn) for arn in arns]
        for arn, version in zip(arns, versions, strict=True):
            if version is None:  # localstack, test_lambda_api.snapshot
                raise LambdaClientError(
                    "InvalidParameterValueException", f"Layer version {arn} does not exist."
                )
        found = layers_data(self, arns)
        packages = tuple(version.code_bytes for version in versions)
        if words := _too_large(_package(self), packages):
            raise LambdaClientError("InvalidParameterValueException", words)
        # A function keeps its layers when they are deleted (API, DeleteLayerVersion).
        self.layer_packages = packages
        return found

    return [
        (LambdaFunction, "_get_layers_data", own_layers),
        (LambdaFunction, "_set_function_code", set_code_within_limits),
        (LambdaFunction, "__init__", init_with_all),
        (LambdaFunction, "set_version", set_version_and_snapshot),
        (LambdaFunction, "update_configuration", update_all),
        (LambdaFunction, "get_configuration", configuration_with_all),
    ]


def _package(self: Any) -> bytes:
    """A function's package: none before it is made, and none of an image."""
    return bytes(getattr(self, "code_bytes", b""))


def _too_large(package: bytes, layers: Sequence[bytes]) -> str:
    """Why a package and layers may not be one function's, empty where they may.

    Lambda guide, "Lambda quotas": 250 MB unzipped, layers and all. Words: serverless-layers #138, bento #1,
    git-lambda-layer #27.
    """
    own, others = code.unpacked_size(package), sum(map(code.unpacked_size, layers))
    if own + others <= code.MAX_UNPACKED:
        return ""
    if own > code.MAX_UNPACKED:
        return f"Unzipped size must be smaller than {code.MAX_UNPACKED} bytes"
    if others > code.MAX_UNPACKED:
        return f"Layers consume more than the available size of {code.MAX_UNPACKED} bytes"
    return (
        f"Function code combined with layers exceeds the maximum allowed size of {code.MAX_UNPACKED} bytes. "
        f"The actual size is {own + others} bytes."
    )


class _NoSuchAccount(LambdaClientError):
    """AWS's refusal of a layer that the caller may not read. No client tries again after it."""

    code = 403

    def __init__(self, arn: str, account: str) -> None:
        super().__init__(
            "AccessDeniedException",
            f"the layer {arn} is another account's, and a local cloud has one, {account}: download "
            "it, publish it here (aws_lambda_layer_version) and name that version instead",
        )


def _revision(configuration: dict[str, Any]) -> str:
    """An id that is another once the code or a setting is (API, FunctionConfiguration: RevisionId)."""
    lasting = {name: each for name, each in configuration.items() if not name.startswith("LastUpdate")}
    return str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(lasting, sort_keys=True, default=str)))


def _logging(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """A LoggingConfig with its defaults; levels exist for JSON only (API, LoggingConfig)."""
    found = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"} | given
    if found["LogFormat"] == "JSON":
        return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} | found
    return found


def _vpc_config(self: Any) -> dict[str, Any] | None:
    """The VpcConfig with the VPC of its subnets; without subnets the function is in no VPC."""
    given: dict[str, Any] = self._vpc_config
    if not given or not given.get("SubnetIds"):
        return None
    subnet = ec2_backends[self.account_id][self.region].get_subnet(given["SubnetIds"][0])
    return given | {"VpcId": subnet.vpc_id}
