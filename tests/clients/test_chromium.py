"""A browser without a window. It shows the heading of the project's own function, and downloads what has no
content type."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.conftest import Pair, payload_of_the_project
from tests.clients.tools import tool
from tests.sites import Site, Sites
from tests.waiting import until

UNTYPED = """
def handler(event, context):
    return {"statusCode": 200, "body": "<h1>Shown?</h1>"}
"""


@pytest.fixture(scope="module")
def page(cloud: Sites) -> Iterator[Site]:
    code = payload_of_the_project()
    with cloud.deployed(code, handler="lambda_function.lambda_handler") as site:
        yield site


def command(home: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command line, and an environment in which nothing but `home` is written to."""
    program = tool("chromium", "chromium")
    line = [
        *(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
        *("--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server"),
        *(f"--user-data-dir={home / 'profile'}", *arguments),
    ]
    return line, {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}


def chromium(*arguments: str) -> str:
    """What it prints, started with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        line, environ = command(Path(home), "--timeout=15000", *arguments)
        result = subprocess.run(line, env=environ, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout


@contextmanager
def browsing(url: str, *flags: str) -> Iterator[Path]:
    """It shows a page, or tries to; its home. That is no test's directory, whose path may be too long for the
    socket that Chromium has there."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        line, environ = command(Path(home), *flags, url)
        process = subprocess.Popen(
            line,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield Path(home)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def downloaded(url: str) -> dict[str, bytes]:
    """The files it stores when it is sent somewhere. It shows no page then, and waits for one."""
    with browsing(url) as home:

        def stored() -> dict[str, bytes]:
            files = (home / "Downloads").glob("*")
            return {file.name: file.read_bytes() for file in files if file.suffix != ".crdownload"}

        return until(stored, 30)


def test_it_shows_the_heading(page: Site) -> None:
    document = chromium("--dump-dom", f"{page.url}/")
    assert "<h1>Hello from Lambda!</h1>" in document
    assert document.startswith("<html>"), "a page, not text in a page"


def test_it_shows_the_heading_over_https_and_http_2(cloud: Sites, sites: Pair, page: Site) -> None:
    """By the load balancer's own name, with a certificate it does not know."""
    certificate = sites.authority.issue(page.dns_name).imported(cloud.client("acm"))
    forward = {"Type": "forward", "TargetGroupArn": page.target_group}
    listener = cloud.listener(page.load_balancer, forward, port=443, certificate=certificate)
    host, port = cloud.address(listener)
    document = chromium(
        "--ignore-certificate-errors",
        f"--host-resolver-rules=MAP {page.dns_name}:443 {host}:{port}",
        "--dump-dom",
        f"https://{page.dns_name}/",
    )
    assert "<h1>Hello from Lambda!</h1>" in document
    logged = "\n".join(cloud.logged(page.name))
    assert '"x-forwarded-proto": "https"' in logged


def test_a_screenshot_is_not_blank(page: Site, tmp_path: Path) -> None:
    shown, empty = tmp_path / "shown.png", tmp_path / "empty.png"
    chromium(f"--screenshot={shown}", "--window-size=400,200", f"{page.url}/")
    chromium(f"--screenshot={empty}", "--window-size=400,200", "about:blank")
    assert shown.read_bytes().startswith(b"\x89PNG")
    assert shown.read_bytes() != empty.read_bytes()


def test_without_a_content_type_it_downloads(cloud: Sites) -> None:
    """Such a response is application/octet-stream (micronaut-core#9160)."""
    with cloud.deployed(UNTYPED) as site:
        assert downloaded(f"{site.url}/page") == {"page": b"<h1>Shown?</h1>"}
        assert cloud.record(site)["status"] == 200
