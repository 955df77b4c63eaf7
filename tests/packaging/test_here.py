"""A package built for Lambda's other processor and another Python, run on this machine."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tests.packaging.test_index import THIS
from tests.packaging.wheelhouse import Build
from tests.sites import PAGE_502, RUNTIME, Sites, running

OTHER = {"x86_64": "arm64", "arm64": "x86_64"}[THIS]
REQUIREMENTS = """\
annotated-types==0.7.0
cffi==2.0.0
cryptography==46.0.3
numpy==2.3.5
orjson==3.11.4
pycparser==2.23
pydantic==2.12.5
pydantic-core==2.41.5
typing-extensions==4.15.0
typing-inspection==0.4.2
"""
LONG = 600.0  # seconds: 25 MB of wheels come over the network, twice
NATIVE = ["cffi 2.0.0", "cryptography 46.0.3", "numpy 2.3.5", "orjson 3.11.4", "pydantic-core 2.41.5"]
APP = """\
import base64
from importlib.metadata import version

import numpy
import orjson
from cryptography.fernet import Fernet
from pydantic import BaseModel


class Grid(BaseModel):
    rows: int
    columns: int


def handler(event, context):
    grid = Grid(rows="3", columns="4")
    total = int(numpy.arange(grid.rows * grid.columns).reshape(grid.rows, grid.columns).sum())
    box = Fernet(base64.urlsafe_b64encode(bytes(32)))
    opened = box.decrypt(box.encrypt(orjson.dumps({"total": total})))
    body = orjson.dumps({**orjson.loads(opened), "numpy": version("numpy")}).decode()
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | bytes]:
    """The files of the package that the module makes for Lambda."""
    build = Build(tmp_path_factory.mktemp("build"))
    build.env = dict(os.environ)
    said = build(REQUIREMENTS, {"app.py": APP}, runtime="python3.13", architecture=OTHER, timeout=LONG)
    assert said == ""
    with zipfile.ZipFile(build.output) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lines(cloud: Sites, function: str, what: str) -> list[str]:
    return [line for line in cloud.logged(function) if what in line]


def test_it_runs(files: dict[str, str | bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with running(tmp_path) as cloud, cloud.deployed(files, runtime="python3.13", timeout=10) as site:
        response = site.ask(timeout=LONG)
        assert response.status_code == 200, cloud.requests(site)
        assert response.json() == {"total": 66, "numpy": "2.3.5"}
        (fetched,) = lines(cloud, site.name, "pip fetches the same")
        (got,) = lines(cloud, site.name, "gets the same built for it")
        for each in NATIVE:
            assert each in fetched
            assert each in got
        assert "pydantic 2" not in fetched  # it is pure
    kept = {path.name for path in tmp_path.glob("cache/localalb/wheels/*/*")}
    assert kept == {each.replace(" ", "-") for each in NATIVE}


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (
            {"PIP_INDEX_URL": "http://127.0.0.1:1/"},
            "pip cannot reach a package index (Failed to establish a new connection: ",
        ),
        ({"LOCALALB_NO_DOWNLOADS": "1"}, "LOCALALB_NO_DOWNLOADS is 1, so nothing is fetched"),
    ],
    ids=["no index", "refused"],
)
def test_without_wheels_the_502_says_it(
    files: dict[str, str | bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    why: str,
) -> None:
    for name in [each for each in os.environ if each.startswith("PIP_")]:
        monkeypatch.delenv(name)
    elsewhere = {"PIP_CONFIG_FILE": os.devnull, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    for name, value in (elsewhere | settings).items():
        monkeypatch.setenv(name, value)
    with running(tmp_path) as cloud, cloud.deployed(files, runtime="python3.13", timeout=10) as site:
        response = site.ask(timeout=LONG)
        assert (response.status_code, response.content) == (502, PAGE_502)
        (line,) = lines(cloud, site.name, "cannot be loaded by")
        for each in NATIVE:
            assert each in line
        assert f" cannot be loaded by {RUNTIME} on " in line
        assert why in line
        assert line in cloud.record(site)["why"]
