"""How long a saved change of a function's code takes under `localalb dev`: from the write to the end of the
first answer by the new code, asked for again and again over one connection.

Beside it, interleaved, what the same change takes where only its upload is done: UpdateFunctionCode with a
zip that is ready, to the first answer.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import boto3
import requests

from localalb.stacks.home import NAME, Home
from localalb.stacks.isolation import isolate
from tests.developing import STACK, Developing, code, developing
from tests.zips import zipped

TIMES = 20
BUDGET = 1.0  # seconds: the median


def measured(dev: Developing) -> tuple[list[float], list[float]]:
    running = Home(dev.directory / NAME).running()
    assert running is not None
    isolate(running.endpoint)
    lambda_ = boto3.client("lambda")
    saves, uploads = [], []
    with requests.Session() as session:
        for number in range(TIMES):
            source = code(f"upload {number}")
            archive = zipped({"app.py": source})
            call = lambda: lambda_.update_function_code(FunctionName="hello", ZipFile=archive)  # noqa: B023, E731
            uploads.append(seconds_until(session, dev.url, f"upload {number} word", call))
            save = lambda: dev.write("src/app.py", code(f"save {number}"))  # noqa: B023, E731
            saves.append(seconds_until(session, dev.url, f"save {number} word", save))
    return saves, uploads


def seconds_until(session: requests.Session, url: str, text: str, change: Callable[[], object]) -> float:
    began = time.perf_counter()
    change()
    while session.get(url).text != text:
        assert time.perf_counter() - began < 60, f"{text!r} did not come"
    return time.perf_counter() - began


def main() -> list[str]:
    """Print the times; the missed budgets."""
    print("\nA SAVED CHANGE, UNTIL IT ANSWERS (seconds)")
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place, "project")
        (directory / "src").mkdir(parents=True)
        (directory / "main.tf").write_text(STACK)
        (directory / "src" / "app.py").write_text(code("first"))
        with developing(directory, Path(place, "shown"), "-q") as dev:
            dev.serve()
            saves, uploads = measured(dev)
    for name, times in (("saved", saves), ("uploaded alone", uploads)):
        print(f"{name:16} median {statistics.median(times):.3f}, longest {max(times):.3f}")
    print(f"load {os.getloadavg()[0]:.1f}")
    median = statistics.median(saves)
    return [f"a saved change: {median:.2f} s, over {BUDGET} s"] if median > BUDGET else []
