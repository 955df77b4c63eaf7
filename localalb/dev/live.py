"""Code that goes live without Terraform: what runs, what has changed since, and the upload of that."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localalb.dev import checks, packages
from localalb.dev.checks import Problem
from localalb.dev.packages import Package, Refused
from localalb.dev.transcript import shown
from localalb.runtime.code import SDK, interpreter

NOT_THE_SAME = "are not those of the plan"  # the packager, where it sees other files than were read here
UNREADABLE = ""  # in the place of a digest
TRIES = 3  # a file that is written while it is packaged is read again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a changed package: `refused` says why it is not live, a line a reason; `terraform` that
    only an apply can package it; `back` that what was refused is again what runs. `kept` are aliases that
    keep calling an older version."""

    package: Package
    changed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    terraform: bool = False
    back: bool = False
    kept: tuple[str, ...] = ()


class Live:
    """What functions run, as far as it is known. `client` gives a Lambda client of a region."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client
        self._running: dict[str, Mapping[str, str]] = {}  # ARN: name of a file, its digest
        self._content: dict[str, str] = {}
        self._refused: dict[str, str] = {}  # ARN: the digest of the files that were refused

    def applied(self, stack: Iterable[Package]) -> None:
        """Terraform has applied. Where a function has the code that was built, the order says of which files;
        where it has other code, nothing is known of it, and `sync` uploads."""
        for package in stack:
            client = self._client(package.region)
            running = client.get_function_configuration(FunctionName=package.arn)["CodeSha256"]
            if running == package.sha256:
                self._content[package.arn] = package.order["content"]
            else:
                self._content.pop(package.arn, None)

    def sync(self, package: Package) -> Outcome | None:
        """Make the code live as its files are now. None where it already is, or was refused before."""
        for _ in range(TRIES):
            try:
                found = packages.files(package)
                digest = packages.content(found)
                if digest == self._content.get(package.arn):
                    self._running[package.arn] = _digests(found)
                    back = self._refused.pop(package.arn, None) is not None
                    return Outcome(package, back=True) if back else None
                if digest == self._refused.get(package.arn):
                    return None
                built = packages.build(package, digest)
                break
            except OSError as error:  # removed between two looks
                reason = str(error)
            except Refused as error:
                reason = str(error)
                if _content_of(package) == digest:
                    self._refused[package.arn] = digest
                    return Outcome(package, refused=(reason,), terraform=NOT_THE_SAME in reason)
        else:
            self._refused[package.arn] = UNREADABLE
            return Outcome(package, refused=(reason,))
        changed = self._changed(package, found)
        if problems := _problems(package, found, changed, built):
            self._refused[package.arn] = digest
            return Outcome(package, changed, tuple(map(_line(package), problems)))
        try:
            kept = upload(self._client(package.region), package, built)
        except (BotoCoreError, ClientError) as error:
            return Outcome(package, changed, (str(error),))
        self._running[package.arn], self._content[package.arn] = _digests(found), digest
        self._refused.pop(package.arn, None)
        return Outcome(package, changed, kept=kept)

    def _changed(self, package: Package, found: Mapping[str, bytes]) -> tuple[str, ...]:
        """The names of files that are new, other or gone; none where it is not known what runs."""
        before, now = self._running.get(package.arn), _digests(found)
        if before is None:
            return ()
        return tuple(sorted(name for name in {*before, *now} if before.get(name) != now.get(name)))


def upload(client: Any, package: Package, built: bytes) -> tuple[str, ...]:
    """Upload code. Where Terraform publishes, a version is published and the aliases of the newest one move
    to it. The names of the aliases that call an older version or several: they are left as they are."""
    # By name: moto finds neither versions nor aliases by an ARN.
    if not package.publishes:
        client.update_function_code(FunctionName=package.name, ZipFile=built)
        return ()
    listed = client.get_paginator("list_versions_by_function").paginate(FunctionName=package.name)
    versions = [each["Version"] for page in listed for each in page["Versions"]]
    newest = max((int(version) for version in versions if version != "$LATEST"), default=0)
    done = client.update_function_code(FunctionName=package.name, ZipFile=built, Publish=True)
    kept = []
    for alias in client.list_aliases(FunctionName=package.name)["Aliases"]:
        weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights")
        if weights or alias["FunctionVersion"] != str(newest):
            kept.append(alias["Name"])
        else:
            client.update_alias(
                FunctionName=package.name, Name=alias["Name"], FunctionVersion=done["Version"]
            )
    return tuple(kept)


def _content_of(package: Package) -> str:
    try:
        return packages.content(packages.files(package))
    except OSError:
        return ""


def _digests(found: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def _problems(
    package: Package, found: Mapping[str, bytes], changed: Iterable[str], built: bytes
) -> list[Problem]:
    """What `checks` finds, under the Python that runs the function here."""
    sources = {name: data for name, data in found.items() if name.endswith(".py")}
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        tops = {name.split("/")[0].split(".")[0] for name in archive.namelist()}
    modules = None if package.elsewhere else sorted({*tops, *SDK})
    executable, _ = interpreter(package.runtime)
    if executable == sys.executable or package.runtime == "python{}.{}".format(*sys.version_info):
        return checks.problems(sources, set(changed), package.handler, modules)
    asked = {
        "sources": {name: data.decode("latin-1") for name, data in sources.items()},
        "changed": sorted(changed),
        "handler": package.handler,
        "modules": modules,
    }
    command = [executable, "-I", "-S", "-B", str(Path(checks.__file__))]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return [Problem(**each) for each in json.loads(done.stdout)]


def _line(package: Package) -> Callable[[Problem], str]:
    return lambda problem: f"{shown(package.source / problem.file)}:{problem.line}: {problem.words}"
