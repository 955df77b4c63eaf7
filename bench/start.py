"""What a start takes, of the cloud and of an execution environment, and how much memory they then hold,
beside other makers' clouds.

    ready      seconds from the command to the first answer: of the API, where there is one
    processor  seconds of processor time until then, which other processes change little
    idle       MB that the processes hold then
    cold       ms of the first answer of a function without imports, beyond those of the next
    ten environments   MB of the front, with a function of which ten ran at a time
    an environment     MB that one of them holds for itself
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import psutil

from bench import contestants
from bench.contestants import PACKAGES, Server, Unavailable
from bench.figures import cache, heading, line, table
from localalb.stacks.start import local_cloud
from tests.sites import running

MINISTACK = "1.5.33"
ROUNDS = 5
FRESH = 10  # functions, each invoked for the first time
ENVIRONMENTS = 10
PATIENCE = 60.0  # seconds
OURS = "localalb"
BUDGETS = {"ready": 2.0, "cold": 80.0, "ten environments": 150.0}
COLUMNS = {
    "ready": "s",
    "processor": "s",
    "idle": "MB",
    "cold": "ms",
    "ten environments": "MB",
    "an environment": "MB",
}

FAST = "def handler(event, context):\n    return {'statusCode': 200}\n"
SLOW = f"import time\n{FAST.replace('return', 'time.sleep(0.5); return')}"

Started = Callable[[], AbstractContextManager[psutil.Process]]


@contextmanager
def localalb() -> Iterator[psutil.Process]:
    with local_cloud():
        yield next(each for each in psutil.Process().children() if "localalb" in each.cmdline())


@contextmanager
def ministack() -> Iterator[psutil.Process]:
    port = free_port()
    environ = {**os.environ, "GATEWAY_PORT": str(port), "LAMBDA_EXECUTOR": "local"}
    with tempfile.TemporaryDirectory() as place, open(Path(place, "log"), "wb") as log:
        command = [str(installed())]
        process = subprocess.Popen(
            command, cwd=place, env=environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            answers(f"http://127.0.0.1:{port}/_ministack/health", process)
            yield psutil.Process(process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


@contextmanager
def serverless_offline() -> Iterator[psutil.Process]:
    with contestants.serverless_offline() as server:
        yield server.process


CLOUDS: dict[str, Started] = {
    OURS: localalb,
    "ministack": ministack,
    "serverless-offline": serverless_offline,
}


def installed() -> Path:
    """ministack's command, in an environment of its own. Raises `Unavailable`."""
    place = cache() / f"ministack-{MINISTACK}"
    if not (place / "bin" / "ministack").exists():
        print(f"installing ministack {MINISTACK} into {place} (once)", flush=True)
        venv.create(place, with_pip=True, clear=True)
        command = [
            str(place / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            f"ministack=={MINISTACK}",
        ]
        if subprocess.run(command).returncode:
            raise Unavailable(f"pip cannot install ministack=={MINISTACK}; what it said stands above")
    return place / "bin" / "ministack"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            answer.read()
            return
        if time.monotonic() > end or process.poll() is not None:
            raise Unavailable(f"{' '.join(process.args)} does not answer")  # type: ignore[arg-type]
        time.sleep(0.01)


def memory(process: psutil.Process) -> float:
    """Megabytes of a process and those it started; what they share is counted once."""
    total = process.memory_info().rss
    for each in process.children(recursive=True):
        with suppress(psutil.Error):
            total += each.memory_full_info().uss
    return total / 2**20


def ready() -> dict[str, dict[str, float]]:
    """Seconds to the first answer, those of the processor, and megabytes then, of each cloud, by turns."""
    times: dict[str, list[tuple[float, float, float]]] = {name: [] for name in CLOUDS}
    for _ in range(ROUNDS):
        for name in list(times):
            began = time.perf_counter()
            try:
                with CLOUDS[name]() as process:
                    elapsed = time.perf_counter() - began
                    times[name].append((elapsed, Server("", process).processor_time(), memory(process)))
            except Unavailable as error:
                print(f"{name} is left out: {error}")
                del times[name]
    return {
        name: {
            "ready": round(statistics.median(elapsed for elapsed, _, _ in found), 2),
            "processor": round(statistics.median(spent for _, spent, _ in found), 2),
            "idle": round(statistics.median(held for _, _, held in found)),
        }
        for name, found in times.items()
    }


def environments() -> dict[str, float]:
    """localalb's environments: how long one takes to start, and what ten hold."""
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as sites:
        process = next(each for each in psutil.Process().children() if "localalb" in each.cmdline())
        slow = sites.deploy(SLOW)
        known = set(process.children(recursive=True))
        with ThreadPoolExecutor(ENVIRONMENTS) as pool:
            list(pool.map(lambda _: slow.ask(), range(2 * ENVIRONMENTS)))
        started = set(process.children(recursive=True)) - known
        front = process.memory_info().rss
        held = [each.memory_full_info().uss for each in started]
        cold = []
        for _ in range(FRESH):
            site = sites.deploy(FAST)
            first, *others = (seconds(site.ask) for _ in range(6))
            cold.append(first - statistics.median(others))
        return {
            "cold": round(statistics.median(cold) * 1e3, 1),
            "ten environments": round(front / 2**20),
            "an environment": round(statistics.median(held) / 2**20, 1),
        }


def seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def main() -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line for each budget missed."""
    print(heading("start"))
    figures = ready()
    figures[OURS] |= environments()
    print(table(figures, COLUMNS))
    print(line("start", figures, {"ministack": MINISTACK, **PACKAGES}, units=COLUMNS))
    return [
        f"start, {name}: {figures[OURS][name]:,} {COLUMNS[name]}, budget {budget:g}"
        for name, budget in BUDGETS.items()
        if figures[OURS][name] >= budget
    ]
