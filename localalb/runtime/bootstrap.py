"""The worker's side of an execution environment: loads a handler and serves invocations over a socket.

One file of standard library, so that it runs under whichever interpreter (3.9 up) matches the function's
runtime and needs nothing installed. It does what AWS's own client, awslambdaric, does: the same error types
and messages, log lines, context object and exits; tests/unit/test_oracle.py compares the two.

    python -S -u bootstrap.py SOCKET_FD LIFELINE_FD HANDLER

A frame either way is 9 bytes (kind, length of the head, length of the payload; big-endian), the head (JSON)
and the payload. The parent sends `I` (invoke); the worker answers `R` (ready, once), `r` (result), `e`
(error) or `i` (init error, after which it exits with status 1).
"""

from __future__ import annotations

import _thread
import decimal
import importlib
import json
import logging
import os
import re
import socket
import struct
import sys
import time
import traceback
from typing import Any, Callable

FRAME = struct.Struct(">cII")
Handler = Callable[[Any, "Context"], Any]
Error = dict[str, Any]

# Runtimes up to 3.11 answer with ASCII only, later ones with UTF-8 (awslambdaric, lambda_runtime_marshaller).
ASCII_ONLY = os.environ.get("AWS_EXECUTION_ENV", "") in {
    "AWS_Lambda_python3.9",
    "AWS_Lambda_python3.10",
    "AWS_Lambda_python3.11",
}


class RuntimeFault(Exception):
    """A failure of the runtime's own, with a type of the form `Runtime.ImportModuleError`."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.trace = trace or []


class Record:
    """An object with the given fields, None where the values have no such key."""

    def __init__(self, names: tuple[str, ...], values: Any) -> None:
        for name in names:
            setattr(self, name, values.get(name))


class Context:
    """The second argument of a handler (developer guide, "Python context object")."""

    def __init__(self, head: dict[str, Any]) -> None:
        environ = os.environ.get
        self.aws_request_id = head["id"]
        self.log_group_name = environ("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = head["arn"]
        self.tenant_id = None
        self.identity = Record(("cognito_identity_id", "cognito_identity_pool_id"), {})
        self.client_context = _client_context(head.get("client_context"))
        self._deadline: int = head["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))


def _client_context(text: str | None) -> Record | None:
    if not text:
        return None
    try:
        values = json.loads(text)
    except ValueError as error:
        raise RuntimeFault(
            "LambdaContextUnmarshalError",
            "Unable to parse Client Context JSON: {}".format(error),  # noqa: UP032
        ) from None
    record = Record(("custom", "env", "client"), values)
    if values.get("client") is not None:
        names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
        record.client = Record(names, values["client"])  # type: ignore[attr-defined]
    return record


def load(name: str) -> Handler:
    """The handler `package.module.function` names, a slash in the module's part meaning a dot."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise RuntimeFault(
            "MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        )
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise RuntimeFault(
            "BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFault(
            "ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise RuntimeFault(
            "UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from error
    handler: Handler | None = getattr(module, function_name, None)
    if handler is None:
        raise RuntimeFault("HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return handler


def encode(result: Any) -> bytes:
    """A handler's result as the payload: bytes as they are, anything else as JSON.

    Decimals keep their digits and named tuples become objects, as AWS's client has it.
    """
    if isinstance(result, bytes):
        return result
    numbers: list[str] = []

    def default(value: object) -> Any:
        if not isinstance(value, decimal.Decimal):
            raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
        if value.is_nan():
            return float("nan")
        numbers.append(str(value))
        return f"\0decimal {len(numbers) - 1}\0"

    try:
        text = json.dumps(_plain(result), default=default, ensure_ascii=ASCII_ONLY)
    except Exception as error:
        raise RuntimeFault("MarshalError", f"Unable to marshal response: {error}") from None
    if numbers:
        text = re.sub(r'"\\u0000decimal (\d+)\\u0000"', lambda found: numbers[int(found[1])], text)
    return text.encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    """Named tuples in the tree as dictionaries; the tree itself where it has none."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items()} if _nested(value.values()) else value
    if type(value) in (list, tuple) and _nested(value):
        return [_plain(item) for item in value]
    return value


def _nested(values: Any) -> bool:
    return any(isinstance(value, (dict, list, tuple)) for value in values)


def decode(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except Exception as error:
        raise RuntimeFault("UnmarshalError", f"Unable to unmarshal input: {error}") from None


def describe(error: BaseException, request_id: str = "") -> Error:
    """What the service gives the caller of a failed invocation."""
    if isinstance(error, RuntimeFault):
        kind, trace = error.kind, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        while frames and frames[0].filename == __file__:
            del frames[0]
        kind, trace = type(error).__name__, traceback.format_list(frames)
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def log_error(error: Error) -> None:
    """One log event: its lines are parted by carriage returns, their indentation kept by no-break spaces."""
    title = f"[ERROR] {error['errorType']}"
    if error["errorMessage"]:
        title += f": {error['errorMessage']}"
    lines = [title, "Traceback (most recent call last):"]
    for element in error["stackTrace"]:
        for line in element.splitlines():
            bare = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(bare)) + bare)
    sys.stdout.write("\r".join(lines) + "\n")


class LogHandler(logging.Handler):
    """What `logging` prints, in the format of Lambda's Python runtime; one record is one log event."""

    request_id = ""

    def __init__(self) -> None:
        super().__init__()
        layout = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        formatter = logging.Formatter(layout, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        sys.stdout.write(self.format(record).replace("\n", "\r") + "\n")


class Channel:
    """Frames over the socket to the parent."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._reader = self._socket.makefile("rb")

    def receive(self) -> tuple[dict[str, Any], bytes]:
        frame = self._reader.read(FRAME.size)
        if len(frame) < FRAME.size:
            os._exit(0)  # the parent closed this environment
        _, head_length, length = FRAME.unpack(frame)
        head = json.loads(self._reader.read(head_length))
        return head, self._reader.read(length)

    def send(self, kind: bytes, payload: bytes = b"") -> None:
        head = json.dumps({"memory": _peak_memory()}).encode()
        self._socket.sendall(FRAME.pack(kind, len(head), len(payload)) + head + payload)


def _peak_memory() -> int:
    """The most memory this process ever held, in MB."""
    try:
        # Unlike ru_maxrss this does not count the parent's memory at the time of the fork.
        with open("/proc/self/status", "rb", buffering=0) as status:
            return int(re.search(rb"VmHWM:\s+(\d+)", status.read())[1]) // 1024  # type: ignore[index]
    except (OSError, TypeError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024))  # macOS: bytes


def invoke(handler: Handler, head: dict[str, Any], payload: bytes) -> tuple[bytes, bytes]:
    """One invocation: the kind and payload of the answer. What is no `Exception` ends the process."""
    try:
        context = Context(head)
        return b"r", encode(handler(decode(payload), context))
    except Exception as error:
        description = describe(error, head["id"])
        log_error(description)
        return b"e", encode(description)


def die_with_parent(fd: int) -> None:
    """Exit when the parent is gone, even in the middle of a handler that never returns."""

    def wait() -> None:
        os.read(fd, 1)
        os._exit(1)

    _thread.start_new_thread(wait, ())


def main() -> None:
    socket_fd, lifeline_fd, handler_name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    for fd in (socket_fd, lifeline_fd):
        os.set_inheritable(fd, False)
    die_with_parent(lifeline_fd)
    channel = Channel(socket_fd)
    log_handler = LogHandler()
    logging.getLogger().addHandler(log_handler)
    sys.argv = [__file__]
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    for directory in json.loads(os.environ.pop("_LOCALALB_SITE", "[]")):
        sys.path.append(directory)
    try:
        handler = load(handler_name)
    except Exception as error:
        description = describe(error)
        log_error(description)
        channel.send(b"i", encode(description))
        sys.exit(1)
    channel.send(b"R")
    while True:
        head, payload = channel.receive()
        log_handler.request_id = head["id"]
        os.environ["_X_AMZN_TRACE_ID"] = head["trace"]
        kind, answer = invoke(handler, head, payload)
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send(kind, answer)


if __name__ == "__main__":
    main()
