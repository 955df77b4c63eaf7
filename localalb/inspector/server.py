"""The inspector's own origin: its page and its API, on a port of its own on 127.0.0.1.

Not the control plane's: S3 serves objects there, and a page among them would be of the same origin.
"""

from __future__ import annotations

import json
import logging
import mimetypes
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from localalb.control_plane import guard
from localalb.control_plane.connections import LET_IN, Server
from localalb.control_plane.sight import Sight
from localalb.inspector import doors
from localalb.inspector.api import Api
from localalb.inspector.stream import Streams, is_there
from localalb.inspector.text import encoded
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result

logger = logging.getLogger("localalb.inspector")

PAGE = Path(__file__).with_name("page")
LONGEST = 16 * 1024 * 1024  # bytes of what a page sends: an event has 6 MB at most, and JSON escapes it
Environ = dict[str, Any]


class Inspector:
    """Serves the page of a cloud from `start` to `stop`."""

    def __init__(
        self,
        sight: Sight,
        key: str,
        function: Callable[[str], Invocable | None],
        invoke: Callable[[Invocable, bytes], Result],
    ) -> None:
        self._sight = sight
        self._key = doors.page_key(key)
        self._application = Application(
            Api(sight, function, invoke), Streams(sight.journal, self._state), self._key
        )
        self._server = Server(0, self._application)
        self._application.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, name="inspector", daemon=True)

    def addresses(self, directory: Path) -> dict[str, str]:
        """Where it is: without the key, with it, and a file of the owner's in `directory` that leads there. A
        browser is started with that file: its arguments are seen by every user of the machine."""
        url = f"http://127.0.0.1:{self._server.server_port}/"
        door = directory / "inspector.html"
        door.touch(mode=0o600)
        door.write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={url}#{self._key}">\n')
        return {"url": url, "entrance": f"{url}#{self._key}", "door": door.as_uri()}

    def start(self) -> None:
        self._thread.start()

    def _state(self) -> object:
        """Equal values while what there is and its health stay as they are."""
        groups, health = self._sight.groups(), self._sight.health
        keys = [(arn, each.arn) for arn, group in groups.items() for each in group.targets]
        keys += [(arn, each.key) for arn, group in groups.items() for each in group.addresses]
        states = [(found.state, found.reason) for found in (health(*key) for key in keys)]
        return self._sight.data.topology, groups, states

    def stop(self) -> None:
        self._application.over = True
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Application:
    """The WSGI application. `over` ends the streams."""

    def __init__(self, api: Api, streams: Streams, key: str) -> None:
        self.port = 0
        self.over = False
        self._api = api
        self._streams = streams
        self._key = key

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if refusal := doors.stranger(environ, self.port):
            return _error(start_response, "403 Forbidden", refusal)
        if not path.startswith("/api/"):
            return _file(environ["REQUEST_METHOD"], path, start_response)
        if not doors.known(environ, self._key):
            return _error(
                start_response, "403 Forbidden", "the key is missing or wrong: `localalb ui` prints it"
            )
        environ[LET_IN]()
        try:
            return self._answer(environ, path, start_response)
        except LookupError as error:
            return _error(start_response, "404 Not Found", str(error))
        except ValueError as error:
            return _error(start_response, "400 Bad Request", str(error))

    def _answer(self, environ: Environ, path: str, start_response: Any) -> Iterable[bytes]:
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        match environ["REQUEST_METHOD"], path:
            case "GET", "/api/stream":
                return self._stream(environ, int(query.get("after", 0)), start_response)
            case "GET", _:
                found = self._api.get(path, query)
            case "POST", _:
                found = self._api.post(path, _sent(environ))
            case method, _:
                raise LookupError(f"{method} {path} is nothing that the inspector answers")
        return _json(start_response, "200 OK", found)

    def _stream(self, environ: Environ, after: int, start_response: Any) -> Iterable[bytes]:
        with ExitStack() as stack:
            if not stack.enter_context(self._streams.place()):
                return _error(start_response, "503 Service Unavailable", "too many pages are open")
            connection = environ["werkzeug.socket"]
            start_response("200 OK", [("Content-Type", "text/event-stream"), *doors.HEADERS])
            events = self._streams.events(after, lambda: not self.over and is_there(connection))
            return Pieces(events, stack.pop_all())


class Pieces:
    """An iterable that WSGI closes, whether or not it has begun."""

    def __init__(self, pieces: Iterator[bytes], stack: ExitStack) -> None:
        self._pieces = pieces
        self.close = stack.close

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


def _sent(environ: Environ) -> dict[str, Any]:
    """What a page sends. Raises `ValueError`."""
    size = guard.length(environ)
    if size is None or size > LONGEST:
        raise ValueError(f"the body has no length, or one over {LONGEST} bytes")
    try:
        found = json.loads(environ["wsgi.input"].read(size))
    except RecursionError:
        raise ValueError("the body is nested too deeply to read") from None
    if not isinstance(found, dict):
        raise ValueError("the body is no JSON object")
    return found


def _file(method: str, path: str, start_response: Any) -> Iterable[bytes]:
    """A file of the page's, by its name among those there are."""
    files = {f"/{each.relative_to(PAGE).as_posix()}": each for each in PAGE.rglob("*") if each.is_file()}
    found = files.get("/index.html" if path == "/" else path)
    if found is None or method != "GET":
        return _error(
            start_response, "404 Not Found", f"{method} {path} is nothing that the inspector answers"
        )
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    kind = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.get(found.suffix, kind)
    data = found.read_bytes()
    return _answer(start_response, "200 OK", f"{kind}; charset=utf-8", data)


def _error(start_response: Any, status: str, sentence: str) -> Iterable[bytes]:
    return _json(start_response, status, {"error": sentence})


def _json(start_response: Any, status: str, value: Any) -> Iterable[bytes]:
    return _answer(start_response, status, "application/json", encoded(value).encode())


def _answer(start_response: Any, status: str, kind: str, data: bytes) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(data))), *doors.HEADERS]
    start_response(status, headers)
    return [data]
