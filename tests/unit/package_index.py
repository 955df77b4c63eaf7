"""A package index on loopback, and a distribution with native code for two platforms: another and this."""

from __future__ import annotations

import io
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from packaging.tags import sys_tags

ELSEWHERE = "cp36-cp36m-manylinux2014_s390x"
RUNTIME = "python{}.{}".format(*sys.version_info)
# Imports its native half, which is not there under a name that this interpreter knows.
APP = """
import thing
def handler(event, context):
    return thing.BUILT
"""


def distribution(name: str, tag: str, files: Mapping[str, str]) -> dict[str, str]:
    """The files of an installed wheel, version 1.0."""
    info = f"{name}-1.0.dist-info"
    return {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: false\nTag: {tag}\n",
        f"{info}/RECORD": "".join(f"{each},,\n" for each in (*files, f"{info}/RECORD")),
    }


def thing(name: str = "thing") -> dict[str, str]:
    """As a package for another platform has it."""
    files = {
        f"{name}/__init__.py": f"from {name}._native import BUILT\n",
        f"{name}/_native.cpython-36m-s390x-linux-gnu.so": "\x7fELF",
    }
    return distribution(name, ELSEWHERE, files)


def wheel(name: str = "thing") -> tuple[str, bytes]:
    """The name and the bytes of its wheel for this interpreter."""
    tag = str(next(sys_tags()))
    files = {
        f"{name}/__init__.py": f"from {name}._native import BUILT\n",
        f"{name}/_native.py": "BUILT = 'here'\n",
    }
    return f"{name}-1.0-{tag}.whl", zipped(distribution(name, tag, files))


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class Index:
    """`url` is what pip is pointed at. It answers while `gate` is set; `asked` is set by the first request,
    `requests` counts all, and `served` has those for a wheel."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/simple/"
        self.wheels: dict[str, bytes] = {}
        self.gate, self.asked = threading.Event(), threading.Event()
        self.gate.set()
        self.requests = 0
        self.served: list[str] = []


@contextmanager
def index() -> Iterator[Index]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.requests += 1
            made.asked.set()
            made.gate.wait()
            name = self.path.rstrip("/").rpartition("/")[2]
            body = made.wheels.get(name)
            if body is not None:
                made.served.append(name)
            else:
                links = [
                    f'<a href="/{each}">{each}</a>' for each in made.wheels if each.startswith(f"{name}-")
                ]
                body = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made = Index(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            made.gate.set()
            server.shutdown()
            thread.join()
