"""Handlers that both runtime clients run, as data.

`source` is the body of a handler; the event is `event`, the context `context`. Those without `alone` share a
process, one after the other, as invocations of one environment do. `modules` are files of a package of its
own, for what happens before the first invocation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent, indent


@dataclass(frozen=True)
class Case:
    name: str
    source: str = ""
    event: bytes = b"{}"
    client_context: str | None = None
    seconds: int = 60
    alone: bool = False
    # Why localalb does otherwise on purpose.
    differs: str = ""
    # Where the same code says something else under another Python.
    same_everywhere: bool = True

    @property
    def id(self) -> str:
        return re.sub(r"\W+", "_", self.name)


@dataclass(frozen=True)
class Package:
    """A deployment package: what loading `handler` out of it does."""

    name: str
    modules: Mapping[str, str]
    handler: str = "app.handler"
    differs: str = ""


ERRORS_OF_ITS_OWN = """\
import logging, os, sys

class Custom(Exception):
    pass

class Unspeakable(Exception):
    def __str__(self):
        raise ValueError("no words")

class NotAnException(BaseException):
    pass

"""

VALUES = """\
import collections, contextlib, datetime, decimal, enum, io, json
import threading, traceback, typing

@contextlib.contextmanager
def handlers_kept():
    root = logging.getLogger()
    before = root.handlers[:]
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel("WARNING")

class Colour(enum.IntEnum):
    RED = 1

class Name(str, enum.Enum):
    ANN = "ann"

class Fraction(float):
    def __repr__(self):
        return "a fraction"

class Point(typing.NamedTuple):
    x: int
    y: typing.Any

class Odd:
    def _asdict(self):
        return {"odd": Point(1, 2)}

class OddDict(Odd, dict):
    pass

class OddList(Odd, list):
    pass

class Words(str):
    def __str__(self):
        return "other"

async def nap():
    pass

def deep(n, value=()):
    for _ in range(n):
        value = [value]
    return value

"""

DISPATCH = """\
def handler(event, context):
    return globals()["case_" + context.aws_request_id](event, context)
"""


def module(cases: list[Case], preamble: str = ERRORS_OF_ITS_OWN + VALUES) -> str:
    """One module of all the cases; the request's id says which one runs."""
    bodies = (
        f"def case_{case.id}(event, context):\n{indent(dedent(case.source), '    ')}\n"
        for case in cases
        if case.source
    )
    return preamble + "\n".join(bodies) + "\n" + DISPATCH


RESULTS = [
    Case("echo", "return event", b'{"a": [1, 2.5, "x", null, true], "b": {"c": {}}}'),
    Case("None", "return None"),
    Case("nothing", "pass"),
    Case("str", "return 'text'"),
    Case("int", "return 42"),
    Case("bool", "return True"),
    Case("list", "return [1, 'two', None]"),
    Case("tuple", "return (1, (2, 3))"),
    Case("empty dict", "return {}"),
    Case("float", "return [0.1, 1e300, -0.0, 1e-7]"),
    Case("NaN and infinity", "return [float('nan'), float('inf'), -float('inf')]"),
    Case("huge int", "return 2 ** 100"),
    Case("unicode", "return {'ключ': 'значение \\u00e9 \\U0001f600'}"),
    Case("control characters", "return '\\0\\x1f\\x7f\\x85\"\\\\/\\b'"),
    Case("line separators of JavaScript", "return {'\\u2028': '\\u2029'}"),
    Case("keys that are no strings", "return {1: 1, 1.5: 2, None: 3, True: 4}"),
    Case("enum", "return [Colour.RED, {Colour.RED: Colour.RED}]"),
    Case("enum of strings", "return [Name.ANN, {Name.ANN: 1}]"),
    Case("float of its own repr", "return [Fraction(0.5)]"),
    Case("ordered and default dicts", "return collections.OrderedDict(b=collections.defaultdict(int, a=1))"),
    Case("deque", "return collections.deque([1])"),
    Case("bytes", "return b'raw \\xff bytes'"),
    Case("empty bytes", "return b''"),
    Case("bytearray", "return bytearray(b'x')"),
    Case("nested bytes", "return {'a': b'bytes', b'key': [b'\\xc3\\xa9']}"),
    Case("key of bytes", "return {b'key': 1}"),
    Case("nested bytes that are no text", "return {'a': b'\\xff'}"),
    Case("Decimal", "return decimal.Decimal('1.10')"),
    Case("nested Decimals", "return {'a': [decimal.Decimal('1E+3'), decimal.Decimal('-0.00')]}"),
    Case("Decimal NaN", "return [decimal.Decimal('NaN'), decimal.Decimal('-sNaN')]"),
    Case("Decimal infinity", "return [decimal.Decimal('-Infinity')]"),
    Case("Decimal key", "return {decimal.Decimal('1'): 1}"),
    Case("namedtuple", "return Point(1, 2)"),
    Case("nested namedtuples", "return {'p': [Point(1, Point(b'2', (Point(3, 4),)))]}"),
    Case("namedtuple in a defaultdict", "return collections.defaultdict(int, p=Point(1, [Point(2, 3)]))"),
    Case("namedtuple deep down", "return deep(12, Point(1, 2))"),
    Case("dict with _asdict", "return {'a': [OddDict(a=1)]}"),
    Case("list with _asdict", "return {'a': [OddList([1])]}"),
    Case("namedtuple among strings", "return {'a': ['b', None, 1, 1.5, True, Point(1, 2)], 'c': 'd'}"),
    Case("str subclass", "return {Words('key'): [Words('value')]}"),
    Case("anything with _asdict", "return [Odd()]"),
    Case("set", "return {1}"),
    Case("nested set", "return {'a': [{'b': {1}}]}"),
    Case("object", "return object()"),
    Case("datetime", "return datetime.datetime(2024, 1, 1)"),
    Case("uuid", "import uuid\nreturn {'id': uuid.UUID(int=1)}"),
    Case("generator", "return (n for n in [1])"),
    Case("dict view", "return {}.keys()"),
    Case("coroutine", "value = nap()\nvalue.close()\nreturn value"),
    Case("tuple key", "return {(1, 2): 3}"),
    Case("circular", "value = []\nvalue.append(value)\nreturn value"),
    Case("circular through a dict", "value = {}\nvalue['a'] = [value]\nreturn value"),
    Case("deep", "return deep(100)"),
    Case("too deep", "return deep(100_000)", same_everywhere=False),
    Case("lone surrogate", "return '\\ud800'", alone=True),
    Case("placeholder of our own", "return [decimal.Decimal(1), '\\0decimal 0\\0']"),
    Case("6 MB", "return 'x' * 6_000_000"),
]

NO_JSON = "the service refuses an event that is no JSON, so another parser's view of it is never seen on AWS"

EVENTS = [
    Case("null event", "return [repr(event)]", b"null"),
    Case("list event", "return [repr(event)]", b"[1, 2]"),
    Case("string event", "return [repr(event)]", b'"text"'),
    Case("unicode event", "return [ascii(event)]", '{"é": "\\u00e9\U0001f600"}'.encode()),
    Case("numbers", "return [repr(event)]", b"[1, 1.0, 1e400, -0.0, 12345678901234567890]"),
    Case("repeated keys", "return [repr(event)]", b'{"a": 1, "a": 2}'),
    Case("lone surrogate in the event", "return [ascii(event)]", b'"\\ud800"'),
    Case("empty event", "return 1", b""),
    Case("event that is no JSON", "return 1", b"not json"),
    Case(
        "breakpoint",
        "breakpoint(); return 1",
        alone=True,
        differs="localalb passes a breakpoint and says so; pdb reads an input that has ended, and quits",
    ),
    Case("event with something behind", "return 1", b"{} x", differs=NO_JSON),
    Case("event that ends too early", "return 1", b'{"a": '),
    Case("event with a byte order mark", "return [repr(event)]", b'\xef\xbb\xbf{"a": 1}'),
    Case("event in UTF-16", "return [repr(event)]", '{"a": 1}'.encode("utf-16")),
    Case("event that is no UTF-8", "return [repr(event)]", b'"\xff"'),
    Case("event with half a pair in UTF-8", "return [ascii(event)]", b'"\xed\xa0\x80"'),
    Case("event between spaces", "return [repr(event)]", b" \t\r\n[1]\n "),
    Case("event with a control character", "return 1", b'"\n"', differs=NO_JSON),
    Case("event with NaN", "return [repr(event)]", b"[NaN, Infinity]", differs=NO_JSON),
    Case("large event", "return len(event)", b'"' + b"x" * 1_000_000 + b'"'),
    Case("mutated event", "event['a'] = 1\nreturn event"),
]

ERRORS = [
    Case("raise", "raise ValueError('no good')"),
    Case("raise custom", "raise Custom('mine')"),
    Case("raise without a message", "raise Custom()"),
    Case("raise with an empty message", "raise Custom('')"),
    Case("raise with two arguments", "raise Custom('a', 1)"),
    Case("raise KeyError", "return {}['absent']"),
    Case("raise unicode", "raise Custom('\\u00e9\\U0001f600\\u2028')"),
    Case("raise several lines", "raise Custom('one\\n  two\\r\\nthree')"),
    Case(
        "raise in a long line", "return [1, 2, 3].index(max(4, 5)) + len(str(event)) if event == {} else None"
    ),
    Case("raise in several lines", "return str(\n    1 / len(event)\n)"),
    Case("raise from", "try:\n    {}['a']\nexcept KeyError as error:\n    raise Custom('outer') from error"),
    Case("raise during", "try:\n    {}['a']\nexcept KeyError:\n    raise Custom('outer')"),
    Case("raise through frames", "def inner():\n    raise Custom('deep')\n(lambda: inner())()"),
    Case("raise from the library", "json.loads('{')", same_everywhere=False),
    Case("raise from generated code", "exec(compile('1/0', '<made>', 'exec'))"),
    Case("raise in another file's name", "exec(compile('1/0', '/elsewhere/bootstrap.py', 'exec'))"),
    Case("SyntaxError of eval", "eval('1 +')", same_everywhere=False),
    Case(
        "recursion",
        """
            def inner(n):
                return inner(n + 1)
            sys.setrecursionlimit(200)
            try:
                inner(0)
            finally:
                sys.setrecursionlimit(1000)
        """,
        same_everywhere=False,
    ),
    Case("MemoryError", "raise MemoryError"),
    Case("StopIteration", "next(iter([]))"),
    Case("AssertionError", "assert event, 'an event'"),
    Case("exception without __str__", "raise Unspeakable", alone=True, same_everywhere=False),
    Case("raise a surrogate", "raise Custom('\\ud800')", alone=True, same_everywhere=False),
    Case("TypeError of the call", ""),
    Case("KeyboardInterrupt", "raise KeyboardInterrupt", alone=True, same_everywhere=False),
    Case("BaseException", "raise NotAnException('gone')", alone=True, same_everywhere=False),
]

EXITS = [
    Case("exit 0", "import atexit\natexit.register(print, 'at exit')\nprint('bye')\nsys.exit(0)", alone=True),
    Case("exit 3", "sys.exit(3)", alone=True),
    Case("exit with words", "sys.exit('words')", alone=True),
    Case("os._exit", "print('half', end='')\nos._exit(4)", alone=True),
    Case("killed", "os.kill(os.getpid(), 9)", alone=True),
    Case("exit in a thread", "thread = threading.Thread(target=sys.exit)\nthread.start()\nthread.join()"),
]

OUTPUT = [
    Case("print", "print('hello')"),
    Case("print several", "print('a', 1, None)\nprint()\nprint('b')"),
    Case("print lines", "print('one\\n  two\\nthree')"),
    Case("print without a newline", "print('half', end='')"),
    Case("print to stderr", "print('out')\nprint('err', file=sys.stderr)\nprint('out again')"),
    Case("print unicode", "print('\\u00e9\\U0001f600')"),
    Case("print bytes", "sys.stdout.buffer.write(b'\\xc3\\xa9 bytes\\n')\nsys.stdout.flush()"),
    Case("print from a child", "import subprocess\nsubprocess.run(['/bin/echo', 'child'])\nprint('parent')"),
    Case(
        "print an exception",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()",
        same_everywhere=False,
    ),
    Case("print the context", "print(context)", client_context='{"client": {"app_title": "t"}, "env": {}}'),
    Case("context.log", "context.log('one\\n')\ncontext.log(2)\ncontext.log('\\n')"),
    Case(
        "logging with the default level",
        """
        for level in ("debug", "info", "warning", "error", "critical"):
            getattr(logging.getLogger(), level)("level %s", level)
            getattr(logging.getLogger("named"), level)("named %s", level)
    """,
    ),
    Case(
        "logging at every level",
        """
        logging.getLogger().setLevel(1)
        try:
            for level in ("debug", "info", "warning", "error", "critical"):
                getattr(logging, level)("level %s", level)
            logging.log(5, "own level")
        finally:
            logging.getLogger().setLevel("WARNING")
    """,
    ),
    Case("logging several lines", "logging.error('one\\n  two\\n')"),
    Case("logging nothing", "logging.error('')"),
    Case("logging unicode", "logging.error('\\u00e9\\U0001f600')"),
    Case(
        "logging an exception",
        """
        try:
            1 / 0
        except ZeroDivisionError:
            logging.exception("failed")
    """,
        same_everywhere=False,
    ),
    Case("logging what cannot be formatted", "logging.error('%d', 'x')", same_everywhere=False),
    Case("logging extra", "logging.getLogger('x').error('m', extra={'a': 1})"),
    Case("logging a surrogate", "logging.error('\\ud800')", same_everywhere=False),
    Case(
        "logging in a formatter of one's own",
        """
        (handler,) = logging.getLogger().handlers
        before = handler.formatter
        handler.setFormatter(logging.Formatter("%(levelname)s %(aws_request_id)s %(tenant_id)s %(message)s"))
        try:
            logging.error("own")
            logging.error("own\\nlines")
        finally:
            handler.setFormatter(before)
    """,
    ),
    Case(
        "logging while output is redirected",
        """
        with contextlib.redirect_stdout(io.StringIO()) as redirected:
            print("kept")
            logging.error("to the log")
        return redirected.getvalue()
    """,
    ),
    Case(
        "raise while output is redirected",
        """
        with contextlib.redirect_stdout(io.StringIO()):
            sys.stdout = sys.stdout
            raise Custom("to the log")
    """,
    ),
    Case("raise with output closed", "sys.stdout = None\nraise Custom('to the log')", alone=True),
    Case(
        "basicConfig",
        """
            with handlers_kept():
                logging.basicConfig(level='INFO')
                logging.info('configured')
        """,
    ),
    Case(
        "basicConfig by force",
        """
            with handlers_kept():
                logging.basicConfig(level='INFO', format='%(levelname)s:%(message)s', force=True)
                logging.info('configured')
                logging.info('two\\nlines')
        """,
    ),
    Case(
        "handlers removed",
        """
            with handlers_kept():
                logging.getLogger().handlers.clear()
                logging.error('last resort')
        """,
    ),
    Case(
        "handlers of the root", "return [type(h).__mro__[1].__name__ for h in logging.getLogger().handlers]"
    ),
    Case("time of a formatter", "return logging.Formatter.converter is __import__('time').gmtime"),
    Case("level of the root", "return logging.getLogger().level"),
]

CONTEXT = [
    Case(
        "attributes of the context",
        """
        names = [name for name in dir(context) if not name.startswith("_")]
        values = {name: getattr(context, name) for name in names}
        return {name: value for name, value in values.items() if not callable(value)} | {
            "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
            "names": names,
        }
    """,
    ),
    Case("name of the context's class", "return [type(context).__name__, type(context.identity).__name__]"),
    Case("time left", "return 0 < context.get_remaining_time_in_millis() <= 60_000"),
    Case("type of the time left", "return type(context.get_remaining_time_in_millis()).__name__"),
    Case("no time left", "return context.get_remaining_time_in_millis()", seconds=-5),
    Case("no client context", "return context.client_context"),
    Case(
        "client context",
        """
        given = context.client_context
        names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
        return [given.custom, given.env, [getattr(given.client, name) for name in names], repr(given)]
    """,
        client_context='{"custom": {"a": 1}, "env": {"b": "\\u00e9"}, "client": {"app_title": "t", "x": 1}}',
    ),
    Case(
        "empty client context",
        "given = context.client_context\nreturn [given.custom, given.env, given.client]",
        client_context="{}",
    ),
    Case("client context that is no JSON", "return 1", client_context="{"),
    Case("client context that is no object", "return 1", client_context="[1]"),
    Case("client context without text", "return context.client_context", client_context=""),
    Case(
        "unknown attribute of the client context", "return context.client_context.other", client_context="{}"
    ),
    Case(
        "trace context",
        "return [context.w3c(), context.client_context.custom]",
        client_context='{"w3c": {"traceparent": "00-1", "tracestate": 1, "x": "y"}, "custom": {}}',
    ),
    Case("no trace context", "return context.w3c()"),
    Case("trace", "return os.environ['_X_AMZN_TRACE_ID']"),
    Case(
        "environment",
        "return {k: v for k, v in os.environ.items() if k not in ('AWS_LAMBDA_RUNTIME_API', 'PYTHONPATH')}",
    ),
    Case("directory", "return [os.getcwd(), __file__, __name__, os.environ['LAMBDA_TASK_ROOT']]"),
    Case("arguments", "return sys.argv[1:]"),
    Case("standard input", "return sys.stdin.read()"),
    Case("encodings", "return [sys.stdout.encoding, sys.getdefaultencoding(), sys.getfilesystemencoding()]"),
    Case("main thread", "return threading.current_thread() is threading.main_thread()"),
    Case("signals", "import signal\nreturn int(signal.getsignal(signal.SIGTERM))"),
]

CASES = [*RESULTS, *EVENTS, *ERRORS, *EXITS, *OUTPUT, *CONTEXT]

HANDLER = "def handler(event, context):\n    return [__name__, event]\n"

ASCII_CASES = [case for case in CASES if "unicode" in case.name or case.name == "control characters"]

PACKAGES = [
    Package("slash", {"a/b.py": HANDLER}, "a/b.handler"),
    Package("dots", {"a/__init__.py": "", "a/b.py": HANDLER}, "a.b.handler"),
    Package("no module", {}, "app.handler"),
    Package("a dependency that is absent", {"app.py": "import absent_dependency\n" + HANDLER}),
    Package("syntax error", {"app.py": "def handler(event, context)\n    pass\n"}),
    Package("null byte", {"app.py": "x = 1\0\n"}),
    Package("no such function", {"app.py": "other = 1\n"}),
    Package("function that is None", {"app.py": "handler = None\n"}),
    Package("function without arguments", {"app.py": "def handler():\n    pass\n"}),
    Package(
        "asynchronous function",
        {"app.py": "async def handler(event, context):\n    return 1\n"},
        differs="Python's warning that nobody awaited it comes before the invocation ends, not after",
    ),
    Package("name without a dot", {"app.py": HANDLER}, "handler"),
    Package("empty module name", {"app.py": HANDLER}, ".handler"),
    Package("built-in module", {}, "sys.exit"),
    Package("raises at import", {"app.py": "import b\n", "b.py": "def f():\n    return 1 / 0\n\nf()\n"}),
    Package("raises ImportError at import", {"app.py": "raise ImportError('own')\n"}),
    Package(
        "raises in another language at import",
        {"app.py": "raise ImportError('\\u00e9')\n"},
        differs="AWS's client posts an init error in ISO 8859-1, or dies where that does not do",
    ),
    Package("exits at import", {"app.py": "print('loading')\nraise SystemExit(5)\n"}),
    Package("ends at import", {"app.py": "import os\nos._exit(6)\n"}),
    Package(
        "prints and logs at import",
        {"app.py": "import logging\nprint('out')\nlogging.warning('logged')\n" + HANDLER},
    ),
]
