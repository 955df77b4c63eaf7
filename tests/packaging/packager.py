"""modules/package/package.py as Terraform starts it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGE_PY = Path(__file__).resolve().parents[2] / "modules" / "package" / "package.py"
COMMAND = ["-I", "-S", "-B", "-X", "utf8", str(PACKAGE_PY)]  # as the module has it, behind python
NOTHING = "^(?:)(?:/.*)?$"  # what the module writes when exclude is empty
PYTHONS = [f"python3.{minor}" for minor in range(9, 15)]


FILES = {
    "lambda_function.py": b"def lambda_handler(event, context):\n    return {}\n",
    "bin/tool": b"#!/bin/sh\nexit 0\n",
    "data/empty": b"",
    "data/\u00fcber & <weg>.json": b'"\xc3\xbc"\n',
    "z.bin": bytes(range(256)) * 512,
    "Z.py": b"",
}


def interpreters(name: str) -> list[str]:
    """Those of that name that run: on PATH, or kept by a version manager."""
    managed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [name, *(str(path) for path in sorted(managed.glob(f"*/bin/{name}")))]
    return [
        each
        for each in found
        if shutil.which(each) and not subprocess.run([each, "-c", ""], stderr=subprocess.DEVNULL).returncode
    ]


def content(files: Mapping[str, bytes]) -> str:
    """The digest as the module's HCL computes it."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def order(source: Path, output: Path, files: Mapping[str, bytes], **other: str | bool) -> str:
    said = {
        "source_dir": str(source), "exclude": NOTHING, "content": content(files), "output": str(output),
        "runtime": "python3.13", "architecture": "arm64", "owner": "me",
        "compress": False,
    }  # fmt: skip
    return json.dumps(said | other, ensure_ascii=False)


def run(
    argument: str,
    python: str = sys.executable,
    timeout: float = 60,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """package.py as Terraform starts it."""
    return subprocess.run(
        [python, *COMMAND, argument],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        **options,
    )


def refused(done: subprocess.CompletedProcess[str], folder: Path) -> str:
    """The one line it said, having left nothing behind in `folder`."""
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("package.py: ")
    assert done.stderr.count("\n") == 1
    if folder.exists():
        assert not [path.name for path in folder.iterdir() if path.name not in (".gitignore", "owners")]
    return done.stderr


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if name.startswith("bin/") else 0o644)
    return root


def built(
    source: Path,
    output: Path,
    files: Mapping[str, bytes] = FILES,
    *,
    compress: bool = False,
    exclude: str = NOTHING,
    **options: Any,
) -> bytes:
    done = run(order(source, output, files, compress=compress, exclude=exclude), **options)
    assert done.returncode == 0, done.stderr
    return output.read_bytes()
