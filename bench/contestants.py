"""What `bench.throughput` compares: servers that put the walkthrough's handler behind HTTP, each in processes
of its own and as its makers have it run. A contestant is a context manager that gives a `Server`.

    localalb             a load balancer and a function made through the API, with access logs to a bucket
    floor                `bench.floor`
    serverless-offline   of npm, installed into a cache of its own, with an ALB event
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conformance.storage import open_to_load_balancers
from tests.sites import ACCOUNT, running

HANDLER = Path(__file__).parents[1] / "handler"
NAME = "lambda_function.lambda_handler"
PACKAGES = {"serverless": "3.40.0", "serverless-offline": "13.10.1"}
OPTIONS = {"noPrependStageInUrl": True}
PATIENCE = 60.0


class Unavailable(Exception):
    """A contestant cannot take part; the message says why."""


@dataclass(frozen=True)
class Server:
    """Where it answers, and the process that it and its workers are of."""

    url: str
    process: psutil.Process

    def processor_time(self) -> float:
        """Seconds that its processes have had so far, those included that have ended and were waited for."""
        total = 0.0
        for process in (self.process, *self.process.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total

    def memory(self) -> int:
        """Bytes that its front holds; workers are the function's."""
        return int(self.process.memory_info().rss)


@contextmanager
def localalb(access_log: bool = True) -> Iterator[Server]:
    files = {path.name: path.read_bytes() for path in sorted(HANDLER.glob("*.py"))}
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as sites:
        process = next(each for each in psutil.Process().children() if "localalb" in each.cmdline())
        sites.client("s3").create_bucket(Bucket="logs")
        open_to_load_balancers(sites.client("s3"), ACCOUNT, "logs")
        logged = {
            "access_logs.s3.enabled": "true" if access_log else "false",
            "access_logs.s3.bucket": "logs",
        }
        site = sites.deploy(files, handler=NAME, attributes=logged)
        yield Server(site.url + "/", process)


@contextmanager
def floor() -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.floor", str(HANDLER), NAME]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}/", psutil.Process(process.pid))
        finally:
            process.terminate()


@contextmanager
def serverless_offline() -> Iterator[Server]:
    installed = _installed()
    port = _free_port()
    with tempfile.TemporaryDirectory() as place:
        project = Path(place)
        for source in HANDLER.glob("*.py"):
            shutil.copy(source, project)
        (project / "package.json").write_text("{}")
        (project / "node_modules").symlink_to(installed)
        (project / "serverless.yml").write_text(_project(port))
        environ = os.environ | {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
        log = (project / "log").open("wb")
        command = ["node", str(installed / ".bin" / "serverless"), "offline", "start"]
        with log, subprocess.Popen(command, cwd=project, env=environ, stdout=log, stderr=log) as process:
            server = Server(f"http://127.0.0.1:{port}/", psutil.Process(process.pid))
            try:
                _wait(server, project / "log")
                yield server
            finally:
                workers = server.process.children(recursive=True)
                process.terminate()
                for each in workers:
                    with suppress(psutil.Error):
                        each.terminate()


def _project(port: int) -> str:
    free = {name: _free_port() for name in ("httpPort", "lambdaPort", "websocketPort")}
    return json.dumps(
        {
            "service": "bench",
            "frameworkVersion": "3",
            "provider": {"name": "aws", "runtime": "python3.11", "region": "us-east-1"},
            "plugins": ["serverless-offline"],
            "custom": {"serverless-offline": {"albPort": port, "host": "127.0.0.1", **OPTIONS, **free}},
            "functions": {
                "hello": {
                    "handler": NAME,
                    "events": [
                        {
                            "alb": {
                                "listenerArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/"
                                "app/bench/0123456789abcdef/0123456789abcdef",
                                "priority": 1,
                                "conditions": {"path": "/", "method": ["GET"]},
                            }
                        }
                    ],
                }
            },
        }
    )


def _installed() -> Path:
    """The folder `node_modules` with serverless-offline, installed where it is not yet."""
    if not (shutil.which("npm") and shutil.which("node")):
        raise Unavailable(
            "npm is not on PATH: install Node.js, which brings it (Debian: apt-get install npm)"
        )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = "-".join(PACKAGES.values())
    place = cache / "localalb-bench" / f"serverless-{name}"
    if not (place / "node_modules").is_dir():
        print(f"installing {', '.join(PACKAGES)} into {place} (once, two minutes)", flush=True)
        place.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=place))
        specs = [f"{package}@{version}" for package, version in PACKAGES.items()]
        command = ["npm", "install", "--prefix", str(making), "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run([*command, *specs], stdout=subprocess.DEVNULL).returncode:
            shutil.rmtree(making)
            raise Unavailable(f"npm cannot install {' '.join(specs)}; what it said stands above")
        (making / "node_modules").rename(place / "node_modules")
        shutil.rmtree(making)
    return place / "node_modules"


def _wait(server: Server, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(server.url, timeout=5) as answer:
                answer.read()
                return
        except OSError:
            if time.monotonic() > end or not server.process.is_running():
                raise Unavailable(f"it does not answer:\n{log.read_text()}") from None
            time.sleep(0.2)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


CONTESTANTS: dict[str, Callable[[], AbstractContextManager[Server]]] = {
    "localalb": localalb,
    "floor": floor,
    "serverless-offline": serverless_offline,
}
