"""The worker's side of an execution environment: loads a handler and serves invocations over a socket.

One file of standard library, so that it runs under whichever interpreter (3.9 up) matches the function's
runtime and needs nothing installed. It does what AWS's own client, awslambdaric, does: the same error types
and messages, log lines, context object and exits; tests/unit/test_oracle.py compares the two.

    python -S -u start_bootstrap.py SOCKET_FD LIFELINE_FD HANDLER

A frame either way begins with 9 bytes (kind, a number, length of the payload; big-endian) and ends with the
payload. The parent sends `I` (invoke); its number is the length of what stands before the payload, `Head` in
lines. The worker answers `R` (ready, once), `r` (result), `e` (error) or `i` (init error, after which it
exits with status 1); its number is the most memory it ever held, in MB.
"""

from __future__ import annotations

import _thread
import decimal
import fcntl
import importlib
import json
import logging
import os
import re
import resource
import signal
import struct
import sys
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing `typing` takes a tenth of a cold start
    from typing import Any, Callable, NoReturn

    Handler = Callable[[Any, "LambdaContext"], Any]
    Error = dict[str, Any]

FRAME = struct.Struct(">cII")
BUFFER = 65536  # bytes; a frame that is no longer is read in one call

# Runtimes up to 3.11 answer with ASCII only, later ones with UTF-8 (awslambdaric, lambda_runtime_marshaller).
ASCII_ONLY = os.environ.get("AWS_EXECUTION_ENV", "") in {
    "AWS_Lambda_python3.9",
    "AWS_Lambda_python3.10",
    "AWS_Lambda_python3.11",
}
_as_json = json.JSONEncoder(ensure_ascii=ASCII_ONLY).encode
_from_json = json.JSONDecoder().decode

JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


class RuntimeFault(Exception):
    """A failure of the runtime's own, with a type of the form `Runtime.ImportModuleError`."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.trace = trace or []


class Head:
    """What an invocation comes with. `deadline` is in ms since the epoch, `context` the client context
    (JSON), empty where there is none; only it may have more lines than one."""

    def __init__(self, id: str, arn: str, deadline: str, trace: str, context: str) -> None:
        self.id, self.arn, self.deadline, self.trace, self.context = id, arn, deadline, trace, context

    @classmethod
    def read(cls, raw: bytes) -> Head:
        return cls(*raw.decode().split("\n", 4))

    def written(self) -> bytes:
        return "\n".join(vars(self).values()).encode()


class Record:
    """An object with the attributes in `names`, None where the values have no such key."""

    names: tuple[str, ...] = ()

    def __init__(self, values: Any) -> None:
        for name in self.names:
            setattr(self, name, values.get(name))

    def __repr__(self) -> str:
        return _shown(self, self.names)


class CognitoIdentity(Record):
    names = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(Record):
    names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(Record):
    names = ("custom", "env", "client")
    client: Any


class LambdaContext:
    """The second argument of a handler (developer guide, "Python context object")."""

    _names = (
        *("aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb"),
        *("function_version", "invoked_function_arn", "client_context", "identity", "tenant_id"),
    )

    def __init__(self, head: Head) -> None:
        environ = os.environ.get
        self.aws_request_id = head.id
        self.log_group_name = environ("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = head.arn
        self.tenant_id = None
        self.identity = CognitoIdentity({})
        self._deadline = int(head.deadline)
        self._w3c: dict[str, str] = {}
        self.client_context = self._client_context(head.context) if head.context else None

    def _client_context(self, text: str) -> ClientContext | None:
        try:
            values = json.loads(text)
        except ValueError as error:
            raise RuntimeFault(
                "LambdaContextUnmarshalError", f"Unable to parse Client Context JSON: {error}"
            ) from None
        if values is None:
            return None
        context = ClientContext(values)
        if context.client is not None:
            context.client = Client(context.client)
        if isinstance(values.get("w3c"), dict):
            names = ("traceparent", "tracestate", "baggage")
            self._w3c = {name: values["w3c"].get(name) for name in names}
        return context

    def get_remaining_time_in_millis(self) -> int:
        return max(self._deadline - int(time.time() * 1000), 0)

    def w3c(self) -> dict[str, str]:
        return {name: value for name, value in self._w3c.items() if isinstance(value, str)}

    def log(self, message: object) -> None:
        for handler in logging.getLogger().handlers:
            if isinstance(handler, LogHandler):
                handler.log.write(str(message))
                return
        sys.stdout.write(str(message))

    def __repr__(self) -> str:
        return _shown(self, self._names)


def _shown(value: object, names: tuple[str, ...]) -> str:
    fields = ",".join(f"{name}={getattr(value, name)}" for name in names)
    return f"{type(value).__name__}([{fields}])"


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
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError:
        words = f"Handler '{function_name}' missing on module '{module_name}'"
        raise RuntimeFault("HandlerNotFound", words) from None
    return handler


def encode(result: Any) -> str | bytes:
    """A handler's result as the payload: bytes as they are, anything else as JSON in simplejson's manner,
    which is what AWS's client uses: Decimals keep their digits, named tuples are objects, bytes are text."""
    if isinstance(result, bytes):
        return result
    try:
        return _as_json(result) if _is_ordinary(result) else _like_simplejson(result)
    except RecursionError:
        words = "maximum recursion depth exceeded while encoding a JSON object"
        raise RuntimeFault("MarshalError", f"Unable to marshal response: {words}") from None
    except Exception as error:
        raise RuntimeFault("MarshalError", f"Unable to marshal response: {error}") from None


_ATOMS = frozenset({str, int, float, bool, type(None)})


def _is_ordinary(value: Any, depth: int = 8) -> bool:
    """Whether `json` writes it as simplejson does, for most results are no deeper and of no other types."""
    if type(value) is dict:
        for key in value:
            if type(key) is not str:
                return False
        value = value.values()
    elif type(value) not in (list, tuple):
        return type(value) in _ATOMS
    for item in value:  # not any() nor all(), which take twice as long
        if type(item) not in _ATOMS and not (depth and _is_ordinary(item, depth - 1)):
            return False
    return True


def _like_simplejson(result: Any) -> str:
    decimals: list[str] = []
    mark = os.urandom(8).hex()

    def plain(value: Any, inside: tuple[int, ...]) -> Any:
        if value is None or isinstance(value, (str, int, float)):
            return value
        if isinstance(value, bytes):
            return value.decode()
        if id(value) in inside:
            raise ValueError("Circular reference detected")
        inside = (*inside, id(value))
        if callable(getattr(value, "_asdict", None)):
            value = value._asdict()
        if isinstance(value, dict):
            return {_key(key): plain(item, inside) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item, inside) for item in value]
        if not isinstance(value, decimal.Decimal):
            raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
        if value.is_nan():
            return float("nan")
        decimals.append(str(value))
        return f"{mark} {len(decimals) - 1}"

    text = _as_json(plain(result, ()))
    return re.sub(f'"{mark} (\\d+)"', lambda found: decimals[int(found[1])], text) if decimals else text


def _key(key: Any) -> Any:
    if isinstance(key, bytes):
        return key.decode()
    if key is None or isinstance(key, (str, int, float)):
        return key
    raise TypeError(f"keys must be str, int, float, bool or None, not {type(key).__name__}")


def decode(payload: bytes) -> Any:
    try:
        return _from_json(payload.decode().removeprefix("\ufeff"))
    except Exception as error:
        raise RuntimeFault("UnmarshalError", f"Unable to unmarshal input: {error}") from None


def describe(error: BaseException, request_id: str = "") -> Error:
    """What the service gives the caller of a failed invocation."""
    if isinstance(error, RuntimeFault):
        kind, trace = error.kind, error.trace
    else:
        # Of a frame these four only: more of it would show as markers below the line.
        tb = traceback.extract_tb(error.__traceback__)
        frames = [(frame.filename, frame.lineno or 0, frame.name, frame.line) for frame in tb]
        theirs = [n for n, frame in enumerate(frames) if frame[0] != __file__]
        kind, trace = type(error).__name__, traceback.format_list(frames[min(theirs, default=0) :])
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def json_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def log_level() -> str:
    """The level that the function's LoggingConfig names, as `logging` calls it; empty where there is none."""
    name = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = "DEBUG" if name == "TRACE" else name
    return level if isinstance(logging.getLevelName(level), int) else ""


class Log:
    """Standard output as it was in the beginning, whatever becomes of `sys.stdout`; a write is an event.

    Carriage returns part the lines of one event (the parent puts line feeds there).
    """

    def __init__(self) -> None:
        self._file = os.fdopen(os.dup(1), "wb", buffering=0)

    def write(self, message: str) -> None:
        lines = message.replace("\r\n", "\n").rstrip("\n").replace("\n", "\r")
        self._file.write(lines.encode() + b"\n")

    def error(self, error: Error) -> None:
        """In text the indentation of a stack trace is kept by no-break spaces."""
        if JSON_LOGS:
            self.write(json.dumps({"timestamp": json_time(time.time()), "level": "ERROR", **error}))
            return
        title = f"[ERROR] {error['errorType']}"
        if error["errorMessage"]:
            title += f": {error['errorMessage']}"
        lines = [title, "Traceback (most recent call last):"]
        for element in error["stackTrace"]:
            for line in element.splitlines():
                bare = line.lstrip(" ")
                lines.append("\u00a0" * (len(line) - len(bare)) + bare)
        self.write("\n".join(lines))


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: what is always there, then the record's own extra attributes."""

    _known = frozenset(vars(logging.makeLogRecord({}))) | {"message", "aws_request_id", "tenant_id"}

    def format(self, record: logging.LogRecord) -> str:
        # Levels in between count as the one below (awslambdaric).
        level = logging.getLevelName(min(50, max(0, record.levelno)) // 10 * 10)
        plain = isinstance(record.msg, dict) and not record.args
        values = {
            "timestamp": json_time(record.created),
            "level": level,
            "message": record.msg if plain else record.getMessage(),
            "logger": record.name,
            **(self._exception(record) if record.exc_info else {}),
            "requestId": getattr(record, "aws_request_id", None),
        }
        if record.exc_info:
            values["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        extra = {name: value for name, value in vars(record).items() if name not in self._known | set(values)}
        values = {name: value for name, value in (values | extra).items() if value is not None}
        return json.dumps(values, ensure_ascii=False, default=str)

    def _exception(self, record: logging.LogRecord) -> dict[str, Any]:
        kind, error, trace = record.exc_info or (None, None, None)
        return {
            "stackTrace": traceback.format_tb(trace),
            "errorType": kind.__name__ if kind else None,
            "errorMessage": str(error),
        }


class LogHandler(logging.Handler):
    """What `logging` prints, in the format of Lambda's Python runtime; one record is one log event."""

    request_id = ""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log
        logging.Formatter.converter = time.gmtime
        layout = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        text = logging.Formatter(layout, "%Y-%m-%dT%H:%M:%S")
        self.setFormatter(JsonFormatter() if JSON_LOGS else text)

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        record.tenant_id = None
        self.log.write(self.format(record))


class Channel:
    """Frames over the socket to the parent."""

    def __init__(self, fd: int) -> None:
        # Without `socket`, which is in Python: slow to import and to read.
        self._fd = fd
        self._reader = os.fdopen(fd, "rb", BUFFER)
        self._measured = float("-inf")
        self._memory = 0

    def receive(self) -> tuple[Head, bytes]:
        frame = self._reader.read(FRAME.size)
        if len(frame) < FRAME.size:
            leave()  # the parent closed this environment
        _, head_length, length = FRAME.unpack(frame)
        head = Head.read(self._reader.read(head_length))
        return head, self._reader.read(length)

    def send(self, kind: bytes, answer: str | bytes = b"") -> None:
        payload = answer if isinstance(answer, bytes) else answer.encode()
        # The kernel takes longer to tell than a short handler to run: not more than once in a second.
        now = time.monotonic()
        if now - self._measured > 1:
            if kind != b"R":  # the first invocation is measured, however soon it comes
                self._measured = now
            self._memory = _peak_memory()
        frame = FRAME.pack(kind, self._memory, len(payload)) + payload
        while frame:
            frame = frame[os.write(self._fd, frame) :]


def _peak_memory() -> int:
    """The most memory this process ever held, in MB."""
    try:
        # Unlike ru_maxrss this does not count the parent's memory at the time of the fork.
        with open("/proc/self/status", "rb", buffering=0) as status:
            return int(re.search(rb"VmHWM:\s+(\d+)", status.read())[1]) // 1024  # type: ignore[index]
    except (OSError, TypeError):
        pass
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024))  # macOS: bytes


def invoke(handler: Handler, head: Head, payload: bytes, log: Log) -> tuple[bytes, str | bytes]:
    """One invocation: the kind and payload of the answer. What is no `Exception` ends the process."""
    try:
        context = LambdaContext(head)
        return b"r", encode(handler(decode(payload), context))
    except Exception as error:
        description = describe(error, head.id)
    log.error(description)
    return b"e", encode(description)


def leave() -> NoReturn:
    """End this process and, where it leads a group as workers do, everything it started."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def die_with_parent(fd: int) -> None:
    """Leave when the parent is gone, even in the middle of a handler that never returns, and frozen."""
    if not hasattr(fcntl, "F_SETSIG"):
        return _leave_in_thread(fd)
    # The kernel itself sends the signal to this whole group, when the last writer of the pipe is no more.
    fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    try:
        os.read(fd, 1)
    except BlockingIOError:
        return None
    leave()  # it was gone before


def _leave_in_thread(fd: int) -> None:
    started = _thread.allocate_lock()
    started.acquire()

    def wait() -> None:
        started.release()
        os.read(fd, 1)
        leave()

    _thread.start_new_thread(wait, ())
    # Python 3.10 aborts when it is finalised while a thread of its is still being born.
    started.acquire()


def limit_descriptors() -> None:
    """Lambda's own limit of open files ("Lambda quotas": 1,024), whatever the parent has."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 1024 if hard == resource.RLIM_INFINITY else min(1024, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def keep_from_children(*fds: int) -> None:
    """What the handler starts must not hold these: the parent learns of this process's end by them."""
    null = os.open(os.devnull, os.O_RDWR)

    def in_child() -> None:
        for fd in fds:
            os.dup2(null, fd, inheritable=False)

    for fd in fds:
        os.set_inheritable(fd, False)
    os.register_at_fork(after_in_child=in_child)


def tell_of_breakpoints(log: Log) -> None:
    """What `breakpoint()` does where nothing else is asked for: pdb would read an input that has ended, and
    raise bdb.BdbQuit, which tells nobody why."""

    def passed(*_: object, **__: object) -> None:
        caller = sys._getframe(1)
        where = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        log.write(
            f"breakpoint() at {where} was passed: no debugger is attached. `localalb dev --debug` lets one "
            "attach; on AWS it ends the invocation with bdb.BdbQuit."
        )

    if "PYTHONBREAKPOINT" not in os.environ and sys.breakpointhook is sys.__breakpointhook__:
        sys.breakpointhook = passed


def main() -> None:
    socket_fd, lifeline_fd, handler_name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    keep_from_children(socket_fd, lifeline_fd)
    die_with_parent(lifeline_fd)
    limit_descriptors()
    os.umask(0o022)  # Lambda's; the parent keeps its files to itself
    channel = Channel(socket_fd)
    log = Log()
    log_handler = LogHandler(log)
    logging.getLogger().addHandler(log_handler)
    level = log_level()
    if level:
        logging.getLogger().setLevel(level)
    tell_of_breakpoints(log)
    sys.argv = [__file__, handler_name]
    # Layers come before the runtime's own packages, the SDK last (observed: sys.path in Lambda).
    front, layers = (json.loads(os.environ.pop(f"_LOCALALB_{name}", "[]")) for name in ("FRONT", "LAYERS"))
    sys.path[:1] = [*front, os.environ["LAMBDA_TASK_ROOT"], *layers]
    for directory in json.loads(os.environ.pop("_LOCALALB_SITE", "[]")):
        sys.path.append(directory)
    try:
        handler = load(handler_name)
    except Exception as error:
        description = describe(error)
        log.error(description)
        channel.send(b"i", encode(description))
        sys.exit(1)
    channel.send(b"R")
    while True:
        head, payload = channel.receive()
        log_handler.request_id = head.id
        os.environ["_X_AMZN_TRACE_ID"] = head.trace
        channel.send(*invoke(handler, head, payload, log))
