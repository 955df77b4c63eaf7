"""A worker that takes more memory than its function has ends as on Lambda.

Observed: the payload's `signal: killed` (DataDog/datadog-lambda-extension#187), the report's
`Error Type: Runtime.OutOfMemory` (nasa-gcn/gcn.nasa.gov#3628).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import uvloop
from workers import function, package, place

from localalb.runtime.logs import LogBook
from localalb.runtime.pool import Pool
from localalb.runtime.result import Result

# Takes it and never answers, takes it and answers, takes it in native code.
TAKES = {
    "waits": "held = bytearray(300 << 20); held[::4096] = b'x' * len(held[::4096])\n    while True: pass",
    "answers": "held = bytearray(150 << 20); held[::4096] = b'x' * len(held[::4096])\n    return 1",
    "native": (
        "import mmap; held = mmap.mmap(-1, 300 << 20)\n"
        "    for at in range(0, len(held), 4096): held[at] = 1\n"
        "    while True: pass"
    ),
}
RESERVES = "import mmap; held = mmap.mmap(-1, 8 << 30)\n    return 'reserved'"


def outcome(directory: Path, body: str) -> tuple[list[Result], list[str]]:
    """What two invocations of a handler came to, and what stands in its logs."""
    source = f"def handler(event, context):\n    if event: return 'alive'\n    {body}\n"
    wanted = function(source, timeout=60)
    messages: list[str] = []
    log_book = LogBook(lambda stream, events: messages.extend(message for _, message in events))

    async def run() -> list[Result]:
        pool = Pool(place(directory), log_book, lambda _: package(source))
        try:
            return [await pool.invoke(wanted, payload) for payload in (b"null", b"1")]
        finally:
            await pool.close()

    results = uvloop.run(run())
    log_book.flush()
    return results, messages


@pytest.mark.parametrize("how", TAKES)
def test_too_much_memory_ends_the_worker(tmp_path: Path, how: str) -> None:
    (first, second), messages = outcome(tmp_path, TAKES[how])
    error = json.loads(first.payload)
    assert first.failure == "exit"
    assert error["errorType"] == "Runtime.OutOfMemory"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    report = next(message for message in messages if message.startswith("REPORT"))
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in report
    assert report.endswith("Status: error\tError Type: Runtime.OutOfMemory")
    assert json.loads(second.payload) == "alive", "the next invocation gets a new environment"


def test_what_is_only_reserved_is_not_taken(tmp_path: Path) -> None:
    (first, _), messages = outcome(tmp_path, RESERVES)
    assert (first.failure, json.loads(first.payload)) == ("", "reserved")
    assert not any("Error Type" in message for message in messages)
