"""Faulty functions: what they take, start and leave behind does not reach anybody else."""

from __future__ import annotations

import resource
import zipfile
from io import BytesIO

import pytest
from botocore.exceptions import ClientError

from tests.sites import Sites, payload

NOTES = """
import os, time

def handler(event, context):
    if event.get("path") == "/greedy":
        held = bytearray(400 << 20)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(60)
    return {"statusCode": 200, "body": "ok"}
"""
LIMITS = """
import resource

def handler(event, context):
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
"""


def test_one_that_takes_too_much_memory_is_a_502_and_the_next_is_answered(cloud: Sites) -> None:
    with cloud.deployed(NOTES, timeout=60) as site:
        assert site.ask("/greedy").status_code == 502
        record = cloud.record(site)
        assert record["reason"] == "LambdaUnhandled"
        assert "Runtime.OutOfMemory" in record["why"]
        assert site.ask("/").status_code == 200


def test_a_function_has_as_many_descriptors_as_on_lambda(cloud: Sites) -> None:
    """ "Lambda quotas": 1,024 file descriptors, whatever localalb itself needs."""
    limit = payload(cloud.functions.invoke(FunctionName=cloud.function(LIMITS)))
    assert limit == min(1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1])


def bomb() -> bytes:
    """A package of 251 MB that is 250 KB as a zip."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.py", "def handler(event, context): return 1\n")
        with archive.open("zeros", "w") as file:
            for _ in range(251):
                file.write(bytes(1 << 20))
    return buffer.getvalue()


def test_a_package_that_unpacks_to_more_than_250_mb_is_refused(cloud: Sites) -> None:
    """ZIP files may have 250 MB unzipped ("Lambda quotas")."""
    package = bomb()
    with pytest.raises(ClientError, match="must be smaller than 262144000 bytes") as created:
        cloud.functions.create_function(
            FunctionName="bomb", Runtime="python3.13", Role=cloud.role, Handler="app.handler",
            Code={"ZipFile": package},
        )  # fmt: skip
    assert created.value.response["Error"]["Code"] == "InvalidParameterValueException"
    with pytest.raises(ClientError, match="Function not found"):
        cloud.functions.get_function(FunctionName="bomb")
    arn = cloud.function("def handler(event, context):\n    return 'as before'\n")
    with pytest.raises(ClientError, match="Unzipped size"):
        cloud.functions.update_function_code(FunctionName=arn, ZipFile=package)
    assert payload(cloud.functions.invoke(FunctionName=arn)) == "as before"
