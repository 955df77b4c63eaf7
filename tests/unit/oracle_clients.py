"""Two ways to run a handler: AWS's own runtime client and localalb's. What either shows is an `Outcome`."""

from __future__ import annotations

import contextlib
import io
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

import awslambdaric  # type: ignore[import-untyped]

from localalb.runtime.bootstrap import FRAME, Head
from localalb.runtime.environment import BOOTSTRAP

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:oracle"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"
# An answer comes in milliseconds; what takes this long never comes.
PATIENCE = 20.0
Environ = Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """`seconds` is what is left of the invocation's time."""

    id: str
    event: bytes
    client_context: str | None = None
    seconds: int = 60

    @property
    def deadline(self) -> int:
        return int((time.time() + self.seconds) * 1000)


@dataclass(frozen=True)
class Outcome:
    """`kind` is result, error, init (an init error) or exit; `status` the exit status where it ended."""

    kind: str
    payload: bytes
    logs: tuple[str, ...]
    status: int | None = None


class Output:
    """What a worker prints, in a file, so that order is kept and nobody has to read it in time."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._read = 0

    def new(self) -> bytes:
        fd = self.file.fileno()
        # pread: the position is the worker's.
        chunk = os.pread(fd, os.fstat(fd).st_size - self._read, self._read)
        self._read += len(chunk)
        return chunk


@contextlib.contextmanager
def output_file() -> Iterator[Output]:
    with tempfile.TemporaryFile() as file:
        yield Output(file)


@contextlib.contextmanager
def worker(
    command: Sequence[str], root: Path, environ: Environ, output: Output, fds: Sequence[int]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that prints to `output`; it is killed at the end."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output.file,
        stderr=output.file,
        env=dict(environ),
        cwd=root,
        pass_fds=fds,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# localalb's


def receive(stream: io.BufferedRWPair) -> tuple[bytes, bytes]:
    """The kind and payload of the worker's next frame; kind `x` where it hung up."""
    frame = stream.read(FRAME.size)
    if len(frame) < FRAME.size:
        return b"x", b""
    kind, _, length = FRAME.unpack(frame)
    return kind, stream.read(length)


def send(stream: io.BufferedRWPair, request: Request) -> None:
    head = Head(request.id, ARN, str(request.deadline), TRACE, request.client_context or "")
    encoded = head.written()
    stream.write(FRAME.pack(b"I", len(encoded), len(request.event)) + encoded + request.event)
    stream.flush()


def through_bootstrap(
    root: Path, handler: str, requests: Sequence[Request], environ: Environ, python: str = sys.executable
) -> list[Outcome]:
    mine, theirs = socket.socketpair()
    life_read, life_write = os.pipe()
    fds = (theirs.fileno(), life_read)
    command = [python, "-S", "-u", "-B", str(BOOTSTRAP), *map(str, fds), handler]
    outcomes: list[Outcome] = []
    with (
        mine,
        os.fdopen(life_write),
        output_file() as output,
        worker(command, root, environ, output, fds) as process,
    ):
        theirs.close()
        os.close(life_read)
        mine.settimeout(PATIENCE)
        with mine.makefile("rwb") as stream:
            kind, payload = receive(stream)
            if kind != b"R":
                ended = process.wait(PATIENCE)
                return [Outcome("init" if kind == b"i" else "exit", payload, _printed(output.new()), ended)]
            for request in requests:
                with contextlib.suppress(BrokenPipeError):
                    send(stream, request)
                kind, payload = receive(stream)
                status = process.wait(PATIENCE) if kind == b"x" else None
                name = {b"r": "result", b"e": "error", b"x": "exit"}[kind]
                outcomes.append(Outcome(name, payload, _printed(output.new()), status))
                if status is not None:
                    break
    return outcomes


def _printed(text: bytes) -> tuple[str, ...]:
    """The log events of what a worker printed, as `Environment` makes them."""
    lines = text.decode("utf-8", "replace").split("\n")
    if not lines[-1]:
        lines.pop()
    return tuple(line.rstrip("\r").replace("\r", "\n") for line in lines)


# AWS's


class _Api(BaseHTTPRequestHandler):
    """The Lambda Runtime API (developer guide, "Using the Lambda runtime API")."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        request = self.server.requests.get()
        if request is None:
            self.close_connection = True
            return
        headers = {
            "Content-Type": "application/json",  # without it the client crashes
            "Lambda-Runtime-Aws-Request-Id": request.id,
            "Lambda-Runtime-Deadline-Ms": str(request.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
            "Lambda-Runtime-Trace-Id": TRACE,
        }
        if request.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = request.client_context
        self._answer(200, headers, request.event)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        part = self.path.removesuffix("/error").rpartition("/")[2]
        kind = "result" if self.path.endswith("/response") else "init" if part == "init" else "error"
        self.server.answers.put(Outcome(kind, body, _framed(self.server.output.new())))
        self._answer(202, {}, b"")

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, output: Output) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.output = output
        self.requests: queue.Queue[Request | None] = queue.Queue()
        self.answers: queue.Queue[Outcome | None] = queue.Queue()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that dies breaks its connection; whatever else is wrong leaves a request unanswered."""


def through_awslambdaric(
    root: Path, handler: str, requests: Sequence[Request], environ: Environ
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with output_file() as output, _Server(output) as server:
        telemetry = output.file.fileno()
        environ = {
            **environ,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
            # Lambda gives it a descriptor of their own for records; this one keeps the order.
            "_LAMBDA_TELEMETRY_LOG_FD": str(telemetry),
            "PYTHONPATH": f"{root}:{Path(awslambdaric.__file__).parents[1]}",
        }
        command = [sys.executable, "-S", "-B", "-m", "awslambdaric", handler]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with worker(command, root, environ, output, [telemetry]) as process:
            watch = threading.Thread(target=_watch, args=(process, server.answers), daemon=True)
            watch.start()
            for request in requests:
                server.requests.put(request)
                answer = server.answers.get(timeout=PATIENCE)
                if answer is None or answer.kind == "init":
                    outcomes.append(_ended(answer, process.wait(PATIENCE), output))
                    break
                outcomes.append(answer)
        server.requests.put(None)
        server.shutdown()
    return outcomes


def _ended(answer: Outcome | None, status: int, output: Output) -> Outcome:
    answer = answer or Outcome("exit", b"", ())
    return Outcome(answer.kind, answer.payload, answer.logs + _framed(output.new()), status)


def _watch(process: subprocess.Popen[bytes], answers: queue.Queue[Outcome | None]) -> None:
    process.wait()
    answers.put(None)


_RECORD = re.compile(rb"\xa5\x5a\x00[\x02\x03\x0a\x0b\x0e\x0f\x12\x13\x16\x17\x1a\x1b](.{4}).{8}", re.DOTALL)


def _framed(text: bytes) -> tuple[str, ...]:
    """The log events in what AWS's client prints: lines, and between them its framed records, each with a
    kind, a length and a time before it (awslambdaric, FramedTelemetryLogSink)."""
    events: list[str] = []
    while found := _RECORD.search(text):
        events += _printed(text[: found.start()])
        end = found.end() + int.from_bytes(found[1], "big")
        events.append(text[found.end() : end].decode().removesuffix("\n"))
        text = text[end:]
    return (*events, *_printed(text))
