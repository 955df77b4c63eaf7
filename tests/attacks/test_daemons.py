"""Processes that a function started and that left its session. Linux only: see conftest.py."""

from __future__ import annotations

import json
from pathlib import Path

from tests.sites import Sites, payload
from tests.waiting import until
from tests.zips import zipped

# A daemon: out of the worker's session, its parent gone. The handler answers with its process id.
DAEMON = """
import os, time

def handler(event, context):
    read, write = os.pipe()
    if not os.fork():
        os.setsid()
        if not os.fork():
            os.write(write, str(os.getpid()).encode())
            time.sleep(600)
        os._exit(0)
    daemon = int(os.read(read, 20))
    if event.get("die"):
        os._exit(1)
    return daemon
"""


def running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def test_a_daemon_ends_with_its_environment(cloud: Sites) -> None:
    """Lambda stops everything in an execution environment with it."""
    with cloud.deployed(DAEMON) as site:
        daemon = payload(cloud.functions.invoke(FunctionName=site.name))
        assert running(daemon), "it may run as long as its environment does"
        cloud.functions.update_function_code(
            FunctionName=site.name, ZipFile=zipped({"app.py": DAEMON + "\n# changed"})
        )
        assert until(lambda: not running(daemon))


def test_a_daemon_ends_with_an_environment_that_died(cloud: Sites, tmp_path: Path) -> None:
    noted = tmp_path / "daemon"
    source = DAEMON.replace(
        "    if event.get", "    open(event['note'], 'w').write(str(daemon))\n    if event.get"
    )
    arn = cloud.function(source)
    result = cloud.functions.invoke(
        FunctionName=arn, Payload=json.dumps({"die": True, "note": str(noted)}).encode()
    )
    assert result["FunctionError"] == "Unhandled"
    daemon = int(noted.read_text())
    assert until(lambda: not running(daemon))
