"""Processes that a function started and that left its worker's session (`setsid`): daemons.

On Lambda they end with the execution environment. Linux gives an orphan to the nearest ancestor that asked
for orphans, so this process asks, and an environment that ends takes its strays with it. Elsewhere (macOS)
such a process lives on.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator, Set

import psutil

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
MARK = "AWS_LAMBDA_LOG_STREAM_NAME"  # no two environments have the same


def adopt() -> None:
    """Become the parent of every orphan among this process's descendants, where the kernel can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end(log_stream: str, workers: Set[int]) -> None:
    """End what an environment left behind, and ask how the orphans that have ended ended."""
    while found := list(_orphans(log_stream, workers)):
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.pid, 0)


def _orphans(log_stream: str, workers: Set[int]) -> Iterator[psutil.Process]:
    session = os.getsid(0)
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if process.pid in workers or os.getsid(process.pid) == session:
                continue  # a worker, or a process that localalb started for itself
            if process.status() == psutil.STATUS_ZOMBIE or process.environ().get(MARK) == log_stream:
                yield process
