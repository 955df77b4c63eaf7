"""moto as the control plane, in this process, and what it lacks for this use.

Lambda's Invoke runs code, function logs reach CloudWatch Logs before anybody reads them, a load balancer is
active at once, a function keeps its logging configuration, and whoever serves the load balancers is told of
every change before the caller is told that it is made.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import parse_qs

from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.elbv2.models import ELBv2Backend
from moto.logs.models import logs_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from localalb.runtime.environment import Result
from localalb.runtime.logs import LogEvent, Stream
from localalb.topology import Function, function

logger = logging.getLogger("localalb.control_plane")

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_INVOCATION = re.compile(r"/(invocations|invoke-async|response-streaming-invocations)/?$")
_LOGS_LIMIT = 256 * 1024
Environ = dict[str, Any]


class Cloud(Protocol):
    """What the control plane asks of the rest of localalb. Called from the server's threads."""

    def invoke(self, function: Function, payload: bytes, client_context: str | None) -> Result: ...

    def changed(self, region: str) -> None:
        """Load balancers or functions of a region changed; return when the data plane serves the change."""

    def flush_logs(self) -> None: ...

    def answer(self, method: str, path: str) -> Any:
        """The JSON of localalb's own requests, `/_localalb/...`; KeyError for what there is not."""


class ControlPlane:
    """moto's server on 127.0.0.1, each request in a thread of its own."""

    def __init__(self, cloud: Cloud, port: int = 0) -> None:
        _teach_moto(cloud)
        self._server = make_server(
            "127.0.0.1", port, _Front(cloud), threaded=True, request_handler=_QuietHandler
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

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_localalb/"):
            return self._own(environ, start_response)
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        region, service = scope.groups() if scope else ("", "")
        if service == "logs":
            self._cloud.flush_logs()
        changes = _changes(service, environ)
        body: Iterable[bytes] = self._moto(environ, start_response)
        if changes:
            body = list(body)
            self._cloud.changed(region)
        return body

    def _own(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        # A page in a browser cannot send this header to another origin, so it cannot ask either.
        if environ.get("HTTP_X_LOCALALB") != "1":
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"the header X-Localalb: 1 is missing\n"]
        try:
            answer = self._cloud.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        except KeyError:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no such thing\n"]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def _changes(service: str, environ: Environ) -> bool:
    """Whether a request may change what load balancers serve."""
    match service:
        case "elasticloadbalancing":
            return not _action(environ).startswith("Describe")
        case "lambda":
            return environ["REQUEST_METHOD"] != "GET" and not _INVOCATION.search(environ["PATH_INFO"])
        case "acm":
            return True
        case _:
            return False


def _action(environ: Environ) -> str:
    """The Action of a query-protocol request; its body is put back for moto."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]


def _function(model: LambdaFunction) -> Function:
    return function(model.function_arn, model.get_configuration())


def package(wanted: Function) -> bytes:
    """The deployment package of a function: moto keeps it, and its API has only a dead link to it."""
    model: Any = lambda_backends[wanted.account][wanted.region].get_function(wanted.arn)
    return bytes(model.code_bytes)


def write_logs(stream: Stream, events: Sequence[LogEvent]) -> None:
    """Put a function's output into CloudWatch Logs. A log group nobody made is made, as Lambda does."""
    backend = logs_backends[stream.account][stream.region]
    backend.ensure_log_group(stream.group)
    if stream.name not in backend.groups[stream.group].streams:
        backend.create_log_stream(stream.group, stream.name)
    backend.put_log_events(
        stream.group,
        stream.name,
        [{"timestamp": time, "message": message[:_LOGS_LIMIT]} for time, message in events],
    )


def _teach_moto(cloud: Cloud) -> None:
    """Replace the few methods of moto's models that stand in for what localalb really does.

    They are the seams of moto 5.2: the process is this control plane's own, so nobody else's moto changes.
    """
    create_load_balancer = ELBv2Backend.create_load_balancer
    get_configuration = LambdaFunction.get_configuration
    update_configuration = LambdaFunction.update_configuration
    init = LambdaFunction.__init__

    def create_active(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"  # moto forgets its own default
        balancer = create_load_balancer(self, *args, **kwargs)
        balancer.state = "active"
        return balancer

    def init_with_logging(
        self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        self.logging_config = spec.get("LoggingConfig") or {}
        init(self, account_id, spec, *args, **kwargs)

    def update_with_logging(self: Any, updates: dict[str, Any]) -> dict[str, Any]:
        self.logging_config = updates.get("LoggingConfig") or self.logging_config
        return update_configuration(self, updates)

    def configuration_with_logging(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        default = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
        return get_configuration(self, *args, **kwargs) | {"LoggingConfig": default | self.logging_config}

    def invoke(
        self: LambdaBackend,
        function_name: str,
        qualifier: str | None,
        body: Any,
        headers: Any,
        response_headers: dict[str, str],
    ) -> bytes:
        model: Any = self.get_function(function_name, qualifier)
        payload = body if isinstance(body, bytes) else (body or "{}").encode()
        context = headers.get("X-Amz-Client-Context")
        decoded = base64.b64decode(context).decode() if context else None
        response_headers["X-Amz-Executed-Version"] = str(model.version)
        match headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "DryRun":
                return b""
            case "Event":
                arguments = (_function(model), payload, decoded)
                threading.Thread(target=cloud.invoke, args=arguments, daemon=True).start()
                return b""
        result = cloud.invoke(_function(model), payload, decoded)
        if result.failure:
            response_headers["X-Amz-Function-Error"] = "Unhandled"
        response_headers["x-amz-log-result"] = base64.b64encode(result.log.encode()).decode()
        response_headers["x-amzn-RequestId"] = result.request_id
        return result.payload

    replacements: list[tuple[type, str, Callable[..., Any]]] = [
        (ELBv2Backend, "create_load_balancer", create_active),
        (LambdaFunction, "__init__", init_with_logging),
        (LambdaFunction, "update_configuration", update_with_logging),
        (LambdaFunction, "get_configuration", configuration_with_logging),
        (LambdaBackend, "invoke", invoke),
    ]
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)
