"""The README's commands, as somebody types them in a fresh clone, with the worst a shell can hold around."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

# A shell that is set up for a real account in every way AWS clients know. None of it may be used.
REAL_ACCOUNT = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:9",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_REGION": "eu-west-1",
    "TF_CLI_ARGS_apply": "-destroy",
    "TF_WORKSPACE": "production",
}


class Clone:
    """A copy of what git tracks, without any generated file, and a shell in it."""

    def __init__(self, directory: Path, home: Path) -> None:
        self.directory = directory
        self._environ = {
            "PATH": os.environ["PATH"], "HOME": str(home), "VENV": str(BIN.parent), **REAL_ACCOUNT,
        }  # fmt: skip

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.directory, env=self._environ, capture_output=True, text=True, timeout=300
        )

    def make(self, target: str) -> str:
        # The environment is the one the tests run in: never to be set up again from a copy.
        result = self.run("make", "-o", f"{BIN.parent}/.ready", target)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def new_clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    directory = tmp_path_factory.mktemp("clone")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    for name in listing.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    return Clone(directory, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session", autouse=True)
def two_clones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Clone, Future[str]]]]:
    """`make up` in two clones, begun while the other stacks wait for their load balancers as well: one to be
    used, and one that holds what a dead cloud left, to be taken down."""
    used, ended = new_clone(tmp_path_factory), new_clone(tmp_path_factory)
    leftover = ended.directory / ".localalb"
    (leftover / "run" / "code").mkdir(parents=True)
    (leftover / "cloud.json").write_text('{"id": "0", "endpoint_url": "http://127.0.0.1:9", "pid": 1}')
    (leftover / "terraform.tfstate").write_text("not even JSON")
    with ThreadPoolExecutor(2) as executor:
        yield {
            "used": (used, executor.submit(used.make, "up")),
            "ended": (ended, executor.submit(ended.make, "up")),
        }
        for each in (used, ended):  # a cloud whose directory is gone ends, and what it had goes with it
            shutil.rmtree(each.directory)


@pytest.fixture(scope="session")
def clone(two_clones: dict[str, tuple[Clone, Future[str]]]) -> Clone:
    return two_clones["used"][0]


@pytest.fixture(scope="session")
def up(two_clones: dict[str, tuple[Clone, Future[str]]]) -> str:
    """What `make up` printed."""
    return two_clones["used"][1].result()


@pytest.fixture(scope="session")
def local_url(up: str) -> str:
    return up.splitlines()[-1]


def test_up_prints_a_url_that_shows_the_heading(local_url: str) -> None:
    response = requests.get(local_url, timeout=10)
    assert response.text == "<h1>Hello from Lambda!</h1>"
    assert response.headers["Content-Type"] == "text/html"


def test_url_prints_only_the_url(clone: Clone, local_url: str) -> None:
    assert clone.make("url") == local_url + "\n"


def test_status_as_json(clone: Clone, local_url: str) -> None:
    status = json.loads(clone.run(str(BIN / "localalb"), "status", "--json").stdout)
    (listener,) = status["listeners"]
    assert listener["load_balancer"] == "demo-Lambda-alb"
    assert listener["port"] == 80
    assert listener["dns_name"].endswith(".eu-west-1.elb.amazonaws.com")
    assert local_url == f"http://{listener['address']}/"


def test_invoke(clone: Clone, up: str) -> None:
    assert json.loads(clone.make("invoke")) == {"statusCode": 200, "body": '"Hello from Lambda!"'}


def test_logs(clone: Clone, local_url: str) -> None:
    requests.get(local_url + "?from=test_logs", timeout=10)
    log = clone.make("logs")
    assert '"from": "test_logs"' in log
    assert "REPORT RequestId: " in log


def test_requests_say_what_was_asked(clone: Clone, local_url: str) -> None:
    requests.get(local_url + "no-such-page", timeout=10)
    assert "404" in next(line for line in clone.make("requests").splitlines() if "no-such-page" in line)


def test_env_points_an_aws_client_at_the_cloud(clone: Clone, up: str) -> None:
    script = (
        f'unset AWS_PROFILE; eval "$({BIN}/localalb env)"; {sys.executable} -c "'
        "import boto3; print(boto3.client('lambda').list_functions()['Functions'][0]['FunctionName'])\""
    )
    result = clone.run("sh", "-c", script)
    assert result.stdout == "Lambda-alb\n", result.stderr


def test_nothing_of_the_real_account_is_touched(clone: Clone, up: str) -> None:
    names = {path.name for path in clone.directory.iterdir()}
    assert "terraform.tfstate" not in names
    assert ".terraform" not in names


def test_up_again_applies_what_changed_and_down_leaves_nothing(
    two_clones: dict[str, tuple[Clone, Future[str]]],
) -> None:
    clone, applied = two_clones["ended"]
    local_url = applied.result().splitlines()[-1]
    handler = clone.directory / "handler" / "lambda_function.py"
    handler.write_text(handler.read_text().replace("Hello from Lambda!", "Hello again!"))
    assert clone.make("up").splitlines()[-1] == local_url
    assert requests.get(local_url, timeout=10).text == "<h1>Hello again!</h1>"

    status = json.loads(clone.run(str(BIN / "localalb"), "status", "--json").stdout)
    clone.make("down")
    with pytest.raises(requests.ConnectionError):
        requests.get(status["endpoint_url"], timeout=10)
    assert not (clone.directory / ".localalb" / "cloud.json").exists()
    assert not (clone.directory / ".localalb" / "terraform.tfstate").exists()
    clone.make("down")  # safe when nothing runs
