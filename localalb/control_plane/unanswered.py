"""What moto has no answer to, told at once, with the service, the operation and where to look.

It is a 501, which AWS's clients do not send again; after moto's own 500 they would try for minutes. A path
that moto does not know is its 404, which Terraform would take for a resource that is gone: a 501 too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

from flask import Flask
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import NotFound

from localalb.control_plane import guard

logger = logging.getLogger("localalb.control_plane")

WHERE = "https://docs.getmoto.org/en/latest/docs/services/ lists what it has"
LOG = "the cloud's log has the traceback: .localalb/cloud.log, or what `localalb serve` prints"

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def moto() -> Application:
    """moto's server. It raises `NotImplementedError` for what it does not have."""
    return DomainDispatcherApplication(_service)


def answered(
    application: Application, call: str, service: str, environ: Environ, start: Any
) -> Iterable[bytes]:
    """An application's answer to `call`, such as `sqs CreateQueue`, or why it has none."""
    try:
        return application(environ, start)
    except NotImplementedError as error:
        code, why = "NotImplemented", f"moto {version('moto')} does not have it ({error}); {WHERE}"
    except ModuleNotFoundError as error:
        code = "NotImplemented"
        why = f"moto wants the Python module {error.name} for it, which localalb does not bring; {WHERE}"
    except Exception as error:  # a defect of moto's or ours: the caller must hear of it at once
        logger.exception("%s", call)
        code, why = "InternalFailure", f"the local control plane failed: {error!r}; {LOG}"
    sentence = f"{call}: {why}"
    logger.warning("501: %s", sentence)
    kind, body = guard.error(environ, service, sentence, code)
    start("501 Not Implemented", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def operation(environ: Environ, form: dict[str, list[str]]) -> str:
    """The name of a request's operation, as far as the request itself has it: a method and a path where the
    service speaks REST."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    return target or form.get("Action", [""])[0] or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"


def _service(name: Any) -> Flask:
    if name is None:
        raise NotImplementedError("nothing of this service")
    application = create_backend_app(name)
    application.register_error_handler(NotFound, _unknown)
    return application


def _unknown(error: Exception) -> Any:
    raise NotImplementedError("no such path")
