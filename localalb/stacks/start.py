"""Starting a cloud in a process of its own: one that ends with whoever asked for it, one that stays."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import requests

from localalb.stacks.home import Home, Running, ask
from localalb.stacks.isolation import LOGINS, Endpoint

TO_START = 60.0  # seconds
TO_END = 30.0


class NotStarted(Exception):
    """A cloud did not start; the message is for the person at the keyboard."""


@contextmanager
def local_cloud(login: str = LOGINS[0]) -> Iterator[Endpoint]:
    """A cloud's endpoint. It ends with the block, or with this process."""
    process, endpoint = serve(subprocess.PIPE, login)
    assert process.stdin is not None
    try:
        yield endpoint
    finally:
        process.stdin.close()
        process.wait(TO_END)


def serve(stdin: IO[bytes] | int, login: str) -> tuple[subprocess.Popen[str], Endpoint]:
    """A cloud that ends when nobody holds the other end of `stdin` any more, a pipe. Raises `NotStarted`."""
    command = [sys.executable, "-m", "localalb", "serve", "--exit-with-stdin", "--login", login]
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as printed:
        # Its `export` lines begin with AWS_ENDPOINT_URL and AWS_ACCESS_KEY_ID.
        url, key = (printed.readline().strip().partition("=")[2] for _ in range(2))
    if not key:
        raise NotStarted("the local cloud did not start; what it said stands on standard error")
    return process, Endpoint(url, key)


def wait_for_end(endpoint: Endpoint) -> None:
    """Return when a cloud answers no more, at the latest after `TO_END`."""
    deadline = time.monotonic() + TO_END
    while time.monotonic() < deadline:
        try:
            ask(endpoint, "status")
        except requests.RequestException:
            return
        time.sleep(0.05)


def stay(place: Home) -> Running:
    """Start a cloud in the background that has its things in `place`, and wait until it answers. Raises
    `NotStarted`."""
    place.prepare()
    with place.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localalb", "serve", "--home", str(place.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + TO_START
    try:
        while time.monotonic() < deadline and process.poll() is None:
            running = place.running()
            if running is not None:
                return running
            time.sleep(0.05)
    except KeyboardInterrupt:
        process.kill()
        raise
    process.kill()
    raise NotStarted(f"the cloud did not start:\n{place.log.read_text(errors='replace')}")
