"""moto as the control plane, in this process, behind a front that notices what a request is about.

Logs are written before anybody reads them, and whoever serves the load balancers is told of every change
before the caller is told that it is made. What moto's own models lack is in `moto_seams`.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from localalb.control_plane import guard, stale, unanswered
from localalb.control_plane.backing import Backing
from localalb.control_plane.connections import LET_IN, Server
from localalb.control_plane.moto_seams import REQUEST_ID, teach
from localalb.control_plane.stale import Call

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_ISSUED = re.compile(rb"AccessKeyId>([A-Z0-9]{16,128})")
# What moto gives as a session's key to everybody: one that stands in AWS's documentation.
_EXAMPLE = b"AKIAIOSFODNN7EXAMPLE"
Environ = dict[str, Any]


class ControlPlane:
    """moto's server on 127.0.0.1, each request in a thread of its own."""

    def __init__(self, backing: Backing, key: str, port: int = 0) -> None:
        teach(backing)
        front = _Front(backing, key)
        self._server = Server(port, front)
        front.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, name="control-plane", daemon=True)

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Front:
    """The WSGI application in front of moto: notices what a request is about."""

    def __init__(self, backing: Backing, key: str) -> None:
        self.port = 0
        self._backing = backing
        self._keys = {key}  # and those that moto gives out: of users, of assumed roles
        self._moto = unanswered.moto()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response = _without_cors(start_response)
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        region, service = scope.groups() if scope else ("", "")
        stranger = guard.stranger(environ, self.port)
        asks = not (stranger or scope) and guard.short(environ)
        identity = guard.web_identity(_form(environ)) if asks else None
        service = service if identity is None else "sts"
        key = guard.shown(environ) or identity or ""
        known = guard.known(key, list(self._keys))
        if stranger or not (known or (not key and guard.unsigned(environ))):
            why = stranger or (guard.wrong_key(key) if identity is None else guard.WRONG_IDENTITY)
            kind, error = guard.error(environ, service, why)
            # What the client still sends is not read.
            headers = [("Content-Type", kind), ("Content-Length", str(len(error))), ("Connection", "close")]
            start_response("403 Forbidden", headers)
            return [error]
        if known:
            environ[LET_IN]()
        if environ["PATH_INFO"].startswith(guard.OWN):
            return self._own(environ, start_response)
        if service in ("logs", "s3"):
            self._backing.flush_logs()
        form = _form(environ)
        named = f"{service} {unanswered.operation(environ, form)}"
        answer = _with_request_id(start_response)
        body = unanswered.answered(self._moto, named, service, environ, answer)
        if service in stale.SERVICES:
            body = list(body)
            target = environ.get("HTTP_X_AMZ_TARGET", "")
            call = Call(service, environ["REQUEST_METHOD"], environ["PATH_INFO"], target, form)
            if changed := stale.of(call, body):
                self._backing.changed(region, changed)
        elif service in ("sts", "iam"):
            body = self._with_issued_keys(body)
        return body

    def _with_issued_keys(self, body: Iterable[bytes]) -> list[bytes]:
        """An answer of STS or IAM, whose keys may enter from now on."""
        key = b"ASIA" + base64.b32encode(secrets.token_bytes(10))
        answer = [piece.replace(_EXAMPLE, key) for piece in body]
        self._keys.update(key.decode() for piece in answer for key in _ISSUED.findall(piece))
        return answer

    def _own(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
            query |= {name: values[-1] for name, values in _form(environ).items()}
            answer = self._backing.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], query)
        except LookupError as error:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [f"{error}\n".encode()]
        except ValueError as error:
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [f"{error}\n".encode()]
        if isinstance(answer, str):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [answer.encode()]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def _without_cors(start_response: Any) -> Any:
    """moto answers every origin; here no page has a reason to read."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = [pair for pair in headers if not pair[0].lower().startswith("access-control-")]
        return start_response(status, kept, *rest)

    return start


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


def _form(environ: Environ) -> dict[str, list[str]]:
    """The fields of a request's form; its body is put back for moto."""
    form = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
    size = guard.length(environ) if form else None
    if size is None:
        return {}
    body: bytes = environ["wsgi.input"].read(size)
    environ["wsgi.input"] = BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace"))
