"""A directory with a function, `localalb dev` in it, and what a developer does to its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from localalb.stacks.home import NAME, Home
from tests.hcl import ROOT
from tests.sites import RUNTIME, Sites
from tests.waiting import until

TO_START = 180.0  # seconds: Terraform, on a busy machine

STACK = f"""
module "package" {{
  source       = {json.dumps(str(ROOT / "modules/package"))}
  name         = "hello"
  source_dir   = "${{path.module}}/src"
  runtime      = "{RUNTIME}"
  architecture = "x86_64"
  python       = {json.dumps(sys.executable)}
}}

module "function" {{
  source                = {json.dumps(str(ROOT / "modules/function"))}
  name                  = "hello"
  filename              = module.package.path
  source_code_hash      = module.package.digest
  code_sha256           = module.package.code_sha256
  handler               = "app.handler"
  runtime               = "{RUNTIME}"
  architecture          = "x86_64"
  timeout               = 10
  environment_variables = {{ WORD = "word" }}
}}
"""


def code(answer: str) -> str:
    """The source of a function that answers with a text and the variable WORD."""
    return f"""\
import os

def handler(event, context):
    print("answering", event.get("path"))
    return {{"statusCode": 200, "body": {answer!r} + " " + os.environ["WORD"]}}
"""


class Developing:
    """`localalb dev` at work in a directory."""

    def __init__(self, directory: Path, process: subprocess.Popen[bytes], terminal: Path) -> None:
        self.directory = directory
        self.process = process
        self._terminal = terminal
        self.url = ""

    def shown(self) -> str:
        return self._terminal.read_text()

    def lately(self) -> str:
        """The end of that, for whoever reads why a test failed."""
        return self.shown()[-2000:]

    def says(self, words: str, *, after: int = 0) -> bool:
        """Whether the terminal shows words, waiting for them, behind so many characters."""
        return until(lambda: words in self.shown()[after:])

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def get(self, path: str = "/") -> str:
        return requests.get(self.url + path, timeout=30).text

    def answers(self, text: str) -> bool:
        return until(lambda: self.get() == text)

    def serve(self) -> None:
        """Put a load balancer in front of the function, through the API: Terraform's would take a minute."""
        running = Home(self.directory / NAME).running()
        assert running is not None
        sites = Sites(running.endpoint, self._terminal)
        (arn,) = running.ask("functions")
        group = sites.target_group(arn)
        balancer = sites.load_balancer("hello")["LoadBalancerArn"]
        listener = sites.listener(balancer, {"Type": "forward", "TargetGroupArn": group})
        host, port = sites.address(listener)
        self.url = f"http://{host}:{port}"


def localalb(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "localalb", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300)


@contextmanager
def developing(directory: Path, terminal: Path, *arguments: str) -> Iterator[Developing]:
    """`localalb dev` in a directory, with what it shows in the file `terminal`. At the end it is stopped, and
    the cloud is taken down."""
    with terminal.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "localalb", "dev", *arguments],
            cwd=directory,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        dev = Developing(directory, process, terminal)
        ready = until(lambda: "  watching; " in dev.shown() or process.poll() is not None, TO_START)
        assert ready, dev.lately()
        assert process.poll() is None, dev.lately()
        yield dev
    finally:
        process.terminate()
        process.wait(30)
        localalb(directory, "down")
