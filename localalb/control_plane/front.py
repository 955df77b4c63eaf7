"""moto as the control plane, in this process, behind a front that notices what a request is about.

Logs are written before anybody reads them, and whoever serves the load balancers is told of every change
before the caller is told that it is made. What moto's own models lack is in `moto_seams`.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from localalb.control_plane.backing import Backing
from localalb.control_plane.moto_seams import REQUEST_ID, teach

logger = logging.getLogger("localalb.control_plane")

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_INVOCATION = re.compile(r"/(invocations|invoke-async|response-streaming-invocations)/?$")
Environ = dict[str, Any]


class ControlPlane:
    """moto's server on 127.0.0.1, each request in a thread of its own."""

    def __init__(self, backing: Backing, port: int = 0) -> None:
        teach(backing)
        self._server = make_server(
            "127.0.0.1", port, _Front(backing), threaded=True, request_handler=_QuietHandler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="control-plane", daemon=True)

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        logger.debug(message, *args)


class _Front:
    """The WSGI application in front of moto: notices what a request is about."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_localalb/"):
            return self._own(environ, start_response)
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        region, service = scope.groups() if scope else ("", "")
        if service in ("logs", "s3"):
            self._backing.flush_logs()
        changes = _changes(service, environ)
        body: Iterable[bytes] = self._moto(environ, _with_request_id(start_response))
        if changes:
            body = list(body)
            self._backing.changed(region)
        return body

    def _own(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        # A page in a browser cannot send this header to another origin, so it cannot ask either.
        if environ.get("HTTP_X_LOCALALB") != "1":
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"the header X-Localalb: 1 is missing\n"]
        try:
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
            answer = self._backing.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], query)
        except LookupError as error:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [f"{error}\n".encode()]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def _with_request_id(start_response: Any) -> Any:
    """A start_response that gives an invocation's answer the id that stands in the function's log."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        found = next((value for name, value in headers if name == REQUEST_ID), None)
        if found is not None:
            dropped = (REQUEST_ID.lower(), "x-amzn-requestid")
            kept = [pair for pair in headers if pair[0].lower() not in dropped]
            headers = [*kept, ("x-amzn-RequestId", found)]
        return start_response(status, headers, *rest)

    return start


def _changes(service: str, environ: Environ) -> bool:
    """Whether a request may change what load balancers serve."""
    match service:
        case "elasticloadbalancing":
            return not _action(environ).startswith("Describe")
        case "lambda":
            return environ["REQUEST_METHOD"] != "GET" and not _INVOCATION.search(environ["PATH_INFO"])
        case "acm":
            action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
            return action in ("ImportCertificate", "RequestCertificate", "DeleteCertificate")
        case _:
            return False


def _action(environ: Environ) -> str:
    """The Action of a query-protocol request; its body is put back for moto."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
