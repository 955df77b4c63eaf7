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

from localalb.control_plane import guard
from localalb.control_plane.backing import Backing
from localalb.control_plane.moto_seams import REQUEST_ID, teach

logger = logging.getLogger("localalb.control_plane")

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_ISSUERS = frozenset({"sts", "iam", "cognito-identity", "sso"})
_ISSUED = re.compile(rb"AccessKeyId(?:>|\"\s*:\s*\")([A-Z0-9]{16,128})")
_LONGEST_FORM = 64 * 1024  # bytes of an unsigned request that are looked into
_INVOCATION = re.compile(r"/(invocations|invoke-async|response-streaming-invocations)/?$")
Environ = dict[str, Any]


class ControlPlane:
    """moto's server on 127.0.0.1, each request in a thread of its own."""

    def __init__(self, backing: Backing, key: str, port: int = 0) -> None:
        teach(backing)
        front = _Front(backing, key)
        self._server = make_server("127.0.0.1", port, front, threaded=True, request_handler=_Handler)
        front.port = self._server.server_port
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


class _Handler(WSGIRequestHandler):
    timeout = 60.0  # seconds of silence, after which a client's thread ends

    def log(self, type: str, message: str, *args: Any) -> None:
        logger.debug(message, *args)


class _Front:
    """The WSGI application in front of moto: notices what a request is about."""

    def __init__(self, backing: Backing, key: str) -> None:
        self.port = 0
        self._backing = backing
        self._keys = {key}  # and those that moto gives out: of users, of assumed roles
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response = _without_cors(start_response)
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        region, service = scope.groups() if scope else ("", "")
        if refusal := self._refusal(environ):
            kind, error = guard.error(environ, service, refusal)
            # What the client still sends is not read.
            headers = [("Content-Type", kind), ("Content-Length", str(len(error))), ("Connection", "close")]
            start_response("403 Forbidden", headers)
            return [error]
        if environ["PATH_INFO"].startswith(guard.OWN):
            return self._own(environ, start_response)
        if service in ("logs", "s3"):
            self._backing.flush_logs()
        changes = _changes(service, environ)
        body = self._answer(environ, service, _with_request_id(start_response))
        if changes:
            body = list(body)
            self._backing.changed(region)
        elif service in _ISSUERS or not scope:
            body = list(body)
            self._keys.update(key.decode() for piece in body for key in _ISSUED.findall(piece))
        return body

    def _answer(self, environ: Environ, service: str, start_response: Any) -> Iterable[bytes]:
        """moto's answer, or why it has none.

        That is a 501, which AWS's clients do not send again; they would try for minutes after moto's own 500.
        """
        try:
            answer: Iterable[bytes] = self._moto(environ, start_response)
            return answer
        except NotImplementedError as error:
            code, sentence = (
                "NotImplemented",
                f"moto, the local control plane, lacks this of {service}: {error}",
            )
        except ModuleNotFoundError as error:
            code, sentence = (
                "NotImplemented",
                f"moto, the local control plane, wants {error.name} for {service}",
            )
        except Exception as error:  # a defect of moto's or ours: the caller must hear of it at once
            logger.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            code, sentence = "InternalFailure", f"the local control plane failed: {error!r}; see its log"
        logger.warning("501: %s", sentence)
        kind, body = guard.error(environ, service, sentence, code)
        start_response("501 Not Implemented", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _refusal(self, environ: Environ) -> str | None:
        """Why a request is none of ours, None if it is."""
        if sentence := guard.stranger(environ, self.port):
            return sentence
        key = guard.shown(environ)
        if guard.known(key, list(self._keys)):
            return None
        form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        small = int(environ.get("CONTENT_LENGTH") or 0) <= _LONGEST_FORM
        if not key and guard.unsigned(environ, _action(environ) if form and small else ""):
            return None
        return guard.wrong_key(key)

    def _own(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
            answer = self._backing.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], query)
        except LookupError as error:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [f"{error}\n".encode()]
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
