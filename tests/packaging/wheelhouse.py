"""Wheels made by hand, a folder of them as pip's only index, and builds from requirements."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.packaging.packager import order, run

NAME = "it-" + "0" * 64 + ".zip"


def wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    tag: str = "py3-none-any",
    files: Mapping[str, bytes] | None = None,
    requires: tuple[str, ...] = (),
    python: str = ">=3.8",
    method: int = zipfile.ZIP_STORED,
) -> Path:
    """A wheel of these files; by default one module of its name that holds its tag."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    metadata = "".join(
        f"{line}\n"
        for line in [
            "Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}",
            f"Requires-Python: {python}",
            *(f"Requires-Dist: {each}" for each in requires),
        ]
    )  # fmt: skip
    held = {f"{name}.py": f"TAG = {tag!r}\n".encode()} if files is None else dict(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in held.items():
            record = zipfile.ZipInfo(member)
            record.external_attr = (0o100755 if member.endswith(".so") else 0o100644) << 16
            archive.writestr(record, data, method)
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def environ(wheels: Path | None) -> dict[str, str]:
    """The variables of a shell in which pip knows that folder and nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    return kept | settings | ({"PIP_FIND_LINKS": str(wheels)} if wheels else {})


class Build:
    """A directory with a requirements.txt, packaged for a platform with the wheels of a folder."""

    def __init__(self, root: Path) -> None:
        self.source, self.wheels, self.output = root / "source", root / "wheels", root / "out" / NAME
        self.source.mkdir()
        self.wheels.mkdir()
        self.env = environ(self.wheels)

    def __call__(
        self,
        requirements: str,
        files: Mapping[str, str] = {"app.py": ""},
        runtime: str = "python3.13",
        architecture: str = "arm64",
        **options: Any,
    ) -> str:
        """What it said on standard error; the zip is there."""
        code, said = self.attempt(requirements, files, runtime, architecture, **options)
        assert code == 0, said
        return said

    def attempt(
        self, requirements: str, files: Mapping[str, str], runtime: str, architecture: str, **options: Any
    ) -> tuple[int, str]:
        for name, text in {**files, "requirements.txt": requirements}.items():
            (self.source / name).parent.mkdir(exist_ok=True)
            (self.source / name).write_text(text)
        held = {
            path.relative_to(self.source).as_posix(): path.read_bytes()
            for path in self.source.rglob("*")
            if path.is_file()
        }
        argument = order(self.source, self.output, held, runtime=runtime, architecture=architecture)
        done = run(argument, env=self.env, **options)
        return done.returncode, done.stderr

    def refused(self, requirements: str, runtime: str = "python3.13", architecture: str = "arm64") -> str:
        """The one line it said, having written nothing."""
        code, said = self.attempt(requirements, {"app.py": ""}, runtime, architecture)
        assert code == 1
        assert said.startswith("package.py: ")
        assert said.count("\n") == 1
        assert not self.output.exists()
        return said

    def refused_again(self, requirements: str) -> str:
        """The same, after a build that worked and whose zip stays."""
        code, said = self.attempt(requirements, {"app.py": ""}, "python3.13", "arm64")
        assert code == 1
        return said

    def names(self) -> list[str]:
        return zipfile.ZipFile(self.output).namelist()

    def read(self, name: str) -> bytes:
        return zipfile.ZipFile(self.output).read(name)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
