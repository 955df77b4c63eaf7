"""`localalb serve`, as a shell starts it: what it prints, what it ignores, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint
from tests.cloud.commands import localalb
from tests.sites import Site, Sites, says
from tests.waiting import until

# Prints who it is, and then lasts longer than the test, but not for ever should the test fail.
LASTING = """
import os, subprocess, time

def handler(event, context):
    child = subprocess.Popen(["sleep", "60"])
    print("pids", os.getpid(), child.pid, flush=True)
    if event.get("stay"):
        time.sleep(60)
    return {"statusCode": 200}
"""


class Served:
    """A `localalb serve` with a worker that idles and one in the middle of an invocation."""

    def __init__(self, directory: Path) -> None:
        self.temporary = directory / "tmp"
        self.temporary.mkdir(parents=True)
        garbage = directory / "config"
        garbage.write_bytes(b"\x00[profile\nnothing = = here\n")
        self.environ = {
            **os.environ,
            "TMPDIR": str(self.temporary),
            "AWS_PROFILE": "nope",
            "AWS_CONFIG_FILE": str(garbage),
            "AWS_SHARED_CREDENTIALS_FILE": str(garbage),
            "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
            "AWS_REGION": "eu-central-1",
        }
        self.log = directory / "stderr"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localalb", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self.environ,
                text=True,
            )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.rstrip("\n") for line in self.process.stdout)

    @property
    def exports(self) -> dict[str, str]:
        """The variables it printed. Lines come at once, and the last of them once all is ready."""
        assert until(lambda: len(self.lines) >= 11, 30), self.log.read_text()
        return dict(line.removeprefix("export ").split("=", 1) for line in self.lines if "=" in line)

    def pids(self) -> list[int]:
        """Start the two workers; the processes of both, and of what each has started."""
        cloud = Sites(Endpoint(self.exports["AWS_ENDPOINT_URL"], self.exports["AWS_ACCESS_KEY_ID"]), self.log)
        region = self.exports["AWS_REGION"]
        functions = cloud.client("lambda", region)
        for name in ("idle", "busy"):
            cloud.function(LASTING, name=name, region=region, timeout=900)
        for name, event in (("idle", "{}"), ("busy", '{"stay": true}')):
            functions.invoke(FunctionName=name, InvocationType="Event", Payload=event)

        def printed() -> list[int]:
            lines = [*cloud.logged("idle", region), *cloud.logged("busy", region)]
            found = [line.split()[1:] for line in lines if line.startswith("pids ")]
            return [int(pid) for pair in found for pid in pair] if len(found) == 2 else []

        found = until(printed)
        assert found, [*cloud.logged("idle", region), *cloud.logged("busy", region), self.log.read_text()]
        return found

    def end(self, number: int) -> tuple[int, float]:
        """Send a signal; the exit status and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(20), time.monotonic() - began

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie, which nobody may have waited for."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)


@pytest.fixture(scope="module")
def served(cloud: Sites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[signal.Signals, Served]]:
    """One for each signal, started together."""
    found = {number: Served(tmp_path_factory.mktemp(number.name)) for number in SIGNALS}
    yield found
    for each in found.values():
        each.close()


def test_it_prints_one_export_line_a_variable(served: dict[signal.Signals, Served]) -> None:
    """Every AWS client of a shell that evaluates them goes to this cloud, whatever the shell had set."""
    each = served[signal.SIGTERM]
    variables = each.exports
    exported = [line for line in each.lines if line.startswith("export ")]
    assert len(variables) == len(exported)
    assert each.lines == [*exported, "unset AWS_PROFILE"]
    endpoint = variables["AWS_ENDPOINT_URL"]
    assert endpoint.startswith("http://127.0.0.1:")
    assert variables["AWS_ENDPOINT_URL_S3"] == endpoint
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "false"


def test_an_aws_client_in_a_hostile_shell_reaches_it(served: dict[signal.Signals, Served]) -> None:
    each = served[signal.SIGTERM]
    assert each.exports
    script = "\n".join(
        (
            *each.lines,
            f"{sys.executable} -c \"import boto3; s3 = boto3.client('s3'); "
            "print(s3.list_buckets()['Buckets'], s3.meta.region_name)\"",
        )
    )
    result = subprocess.run(
        ["sh", "-c", script], env=each.environ, capture_output=True, text=True, timeout=30
    )
    assert result.stdout == "[] eu-central-1\n", result.stderr


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_it_and_all_that_it_started(
    served: dict[signal.Signals, Served], number: signal.Signals
) -> None:
    each = served[number]
    pids = each.pids()
    assert len(pids) == 4
    assert all(runs(pid) for pid in pids)
    status, seconds = each.end(number)
    assert seconds < 5
    assert until(lambda: not any(runs(pid) for pid in pids), 5), "a process of a function runs on"
    if number != signal.SIGKILL:
        assert status == 0
        assert list(each.temporary.iterdir()) == []
        assert "Traceback" not in each.log.read_text()
    with pytest.raises(requests.ConnectionError):
        ask(Endpoint(each.exports["AWS_ENDPOINT_URL"], ""), "status")


# The commands that find a cloud through AWS_ENDPOINT_URL.


@pytest.fixture(scope="module")
def site(cloud: Sites) -> Iterator[Site]:
    code = says("served") + "    print('never')\n"
    code = code.replace("    return", "    print('called with', event.get('path'))\n    return", 1)
    with cloud.deployed(code) as site:
        site.ask("/asked")
        cloud.record(site)
        yield site


@pytest.fixture(scope="module")
def commands(cloud: Sites, site: Site) -> dict[str, Any]:
    """What several commands said, run at the same time."""
    lines = {
        "status": ("status",),
        "status --json": ("status", "--json"),
        "env": ("env",),
        "invoke": ("invoke", site.name, "--payload", '{"path": "/invoked"}'),
        "logs": ("logs", f"/aws/lambda/{site.name}"),
        "requests": ("requests",),
        "requests --json": ("requests", "--json"),
        "invoke nobody": ("invoke", "no-such-function"),
    }
    with ThreadPoolExecutor(4) as executor:
        started = {name: executor.submit(localalb, *arguments) for name, arguments in lines.items()}
        return {name: future.result() for name, future in started.items()}


def output(commands: dict[str, Any], name: str) -> str:
    result = commands[name]
    assert result.returncode == 0, result.stderr
    return str(result.stdout)


def test_status(cloud: Sites, site: Site, commands: dict[str, Any]) -> None:
    lines = output(commands, "status").splitlines()
    assert cloud.endpoint_url in lines[0]
    assert f"{site.name}:80  {site.dns_name}  {site.url}/" in lines


def test_status_as_json(cloud: Sites, site: Site, commands: dict[str, Any]) -> None:
    status = json.loads(output(commands, "status --json"))
    assert status["endpoint_url"] == cloud.endpoint_url
    (listener,) = [each for each in status["listeners"] if each["load_balancer"] == site.name]
    assert listener["listener_arn"] == site.listener
    assert listener["dns_name"] == site.dns_name
    assert (listener["protocol"], listener["port"]) == ("HTTP", 80)
    assert listener["address"] == "{}:{}".format(*site.address)


def test_env(cloud: Sites, commands: dict[str, Any]) -> None:
    lines = output(commands, "env").splitlines()
    assert f"export AWS_ENDPOINT_URL={cloud.endpoint_url}" in lines
    assert all(line.startswith("export AWS_") for line in lines)


def test_invoke(commands: dict[str, Any]) -> None:
    assert json.loads(output(commands, "invoke"))["body"] == "served"


def test_invoke_of_a_function_that_is_not_there(commands: dict[str, Any]) -> None:
    result = commands["invoke nobody"]
    assert result.returncode != 0
    assert "no-such-function" in result.stderr
    assert "Traceback" not in result.stderr


def test_logs(commands: dict[str, Any]) -> None:
    lines = output(commands, "logs").splitlines()
    assert lines.index("called with /asked") > 0
    assert any(line.startswith("REPORT RequestId: ") for line in lines)


def test_requests(site: Site, commands: dict[str, Any]) -> None:
    (line,) = [line for line in output(commands, "requests").splitlines() if f"{site.name}:80" in line]
    assert line.endswith("GET /asked")
    assert "  200  " in line


def test_requests_as_json(site: Site, commands: dict[str, Any]) -> None:
    records = json.loads(output(commands, "requests --json"))
    (record,) = [each for each in records if each["load_balancer"] == site.name]
    assert (record["method"], record["target"], record["status"]) == ("GET", "/asked", 200)
    assert (record["reason"], record["why"]) == ("", "")
    assert record["target_group"] == site.name


def test_commands_without_a_cloud_say_so() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    result = localalb("status", environ=environ)
    assert result.returncode != 0
    assert "no cloud is running here" in result.stderr
    assert "Traceback" not in result.stderr


def test_ctrl_c_ends_one_that_would_end_with_its_standard_input() -> None:
    """As it does a test session, whose cloud gets the signal too."""
    command = [sys.executable, "-m", "localalb", "serve", "--exit-with-stdin"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("export AWS_ENDPOINT_URL=")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
