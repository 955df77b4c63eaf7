"""Programs that the tests need and pip does not install."""

from __future__ import annotations

import shutil

import pytest


def tool(name: str, package: str) -> str:
    """The path of a program. Where it is missing the test fails, and says what to install."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not on PATH: install the package {package}", pytrace=False)
    return found
