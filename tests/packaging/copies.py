"""Copies of a small stack, each with a state and a .package of its own, applied in a local cloud."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3

from localalb.stacks.isolation import Endpoint, isolated
from localalb.stacks.terraform import Terraform

ROOT = Path(__file__).parents[2]
HELLO = {"app.py": "def handler(event, context):\n    return 'hello'\n"}
WARNING = 'in check "code_is_what_was_built"'


class Copy:
    """One checkout of the stack on one machine: a directory with a state and, perhaps, zips."""

    def __init__(self, directory: Path, endpoint: Endpoint, files: Mapping[str, str]) -> None:
        self.directory = directory
        self.name = f"packaged-{uuid4().hex[:8]}"  # all copies are in one cloud
        self._endpoint = endpoint
        self._terraform = Terraform(directory, directory / ".home", isolated(os.environ, endpoint))
        self._terraform.init()
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.directory / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def apply(self, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """`terraform apply`; its exit status is the caller's to look at."""
        command = ["apply", "-auto-approve", "-input=false", "-no-color"]
        return self._terraform.run(*command, *arguments, *self._flags(variables), capture=True)

    def destroy(self) -> subprocess.CompletedProcess[str]:
        return self.apply("-destroy")

    def plan(self, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        return self._terraform.plan(*arguments, *self._flags(variables))

    def through(self, endpoint: Endpoint) -> None:
        """Reach the cloud through another address from now on."""
        self._terraform = Terraform(self.directory, self.directory / ".home", isolated(os.environ, endpoint))

    def workspace(self, name: str) -> None:
        """Go to a new workspace, which has a state of its own."""
        done = self._terraform.run("workspace", "new", name, capture=True)
        assert done.returncode == 0, done.stdout

    def zips(self) -> list[str]:
        return sorted(path.name for path in (self.directory / ".package").glob("*.zip"))

    def wipe(self) -> None:
        """Become a machine that has the state and never built anything."""
        shutil.rmtree(self.directory / ".package")

    def client(self, service: str) -> Any:
        return aws(service, self._endpoint)

    def invoke(self) -> Any:
        return json.load(self.client("lambda").invoke(FunctionName=self.name, Payload=b"{}")["Payload"])

    def _flags(self, variables: Mapping[str, Any]) -> list[str]:
        return [f"-var={name}={value}" for name, value in ({"name": self.name} | dict(variables)).items()]


def aws(service: str, endpoint: Endpoint) -> Any:
    """A client of the local cloud; the session is its own because the default one is no good for threads."""
    return boto3.Session().client(  # type: ignore[call-overload]
        service, endpoint_url=endpoint.url, region_name="us-east-1",
        aws_access_key_id=endpoint.key, aws_secret_access_key="testing",
    )  # fmt: skip
