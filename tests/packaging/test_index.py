"""Real packages from the package index, for both processors, whichever this machine has."""

from __future__ import annotations

import io
import json
import os
import platform
import struct
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from localalb.stacks.isolation import Endpoint
from tests.packaging.copies import aws
from tests.packaging.wheelhouse import Build

MACHINE = {"x86_64": 62, "arm64": 183}  # e_machine: EM_X86_64, EM_AARCH64
THIS = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[
    platform.machine().lower()
]
RUNTIME = "python{}.{}".format(*sys.version_info)

POWERTOOLS = """\
aws-lambda-powertools==3.37.0
jmespath==1.1.0
typing_extensions==4.16.0
"""
PYDANTIC = """\
pydantic==2.9.2
pydantic-core==2.23.4
annotated-types==0.7.0
typing_extensions==4.16.0
"""
APP = """\
import json
import os
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError


class Parcel(BaseModel):
    grams: Annotated[int, Field(gt=0)]


def handler(event, context):
    try:
        return Parcel(**event).grams
    except ValidationError as error:
        return json.loads(error.json())[0]["type"]
"""


@pytest.fixture
def build(tmp_path: Path) -> Build:
    build = Build(tmp_path)
    build.env = dict(os.environ)
    return build


def machines(build: Build) -> dict[str, int]:
    """e_machine of every shared object in the zip, from its header (elf(5))."""
    found = {}
    for name in build.names():
        data = build.read(name)
        if name.endswith(".so") or data.startswith(b"\x7fELF"):
            assert data.startswith(b"\x7fELF\x02\x01"), f"{name} is no 64-bit little-endian ELF"
            (found[name],) = struct.unpack_from("<H", data, 18)
    return found


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_compiled(build: Build, architecture: str) -> None:
    assert build(PYDANTIC, architecture=architecture) == ""
    found = machines(build)
    assert [name for name in found if name.startswith("pydantic_core/_pydantic_core.cpython-313-")]
    assert set(found.values()) == {MACHINE[architecture]}


def test_pure_is_one_for_all(build: Build) -> None:
    assert build(POWERTOOLS, architecture="arm64") == ""
    one = build.output.read_bytes()
    assert build(POWERTOOLS, architecture="x86_64", runtime="python3.12") == ""
    assert build.output.read_bytes() == one
    assert machines(build) == {}


def test_second_build_takes_no_time(build: Build) -> None:
    build(PYDANTIC)
    first = build.output.read_bytes()
    build.env = dict(os.environ) | {
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": "nowhere",
    }
    started = time.monotonic()
    build(PYDANTIC)
    assert time.monotonic() - started < 2
    assert build.output.read_bytes() == first


def test_native_one_runs(build: Build, endpoint: Endpoint) -> None:
    """Under the interpreter of these tests, which the local cloud has for sure."""
    build(PYDANTIC, {"app.py": APP}, runtime=RUNTIME, architecture=THIS)
    role = aws("iam", endpoint).create_role(RoleName="compiled", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client = aws("lambda", endpoint)
    client.create_function(
        FunctionName="compiled", Runtime=RUNTIME, Role=role, Handler="app.handler", Architectures=[THIS],
        Timeout=30, Code={"ZipFile": build.output.read_bytes()},
    )  # fmt: skip

    def invoke(event: dict[str, Any]) -> Any:
        return json.load(client.invoke(FunctionName="compiled", Payload=json.dumps(event))["Payload"])

    assert invoke({"grams": 3}) == 3
    assert invoke({"grams": 0}) == "greater_than"


def test_wheels_are_whole(build: Build) -> None:
    """Nothing of the build machine: every file is the one in a wheel, or of the source."""
    build(PYDANTIC, {"app.py": APP})
    kept: dict[str, bytes] = {}
    for wheel in (build.output.parent / "wheels").glob("*/*.whl"):
        with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
            kept |= {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    own = {"app.py", "requirements.txt"}
    assert {name: build.read(name) for name in build.names() if name not in own} == kept
