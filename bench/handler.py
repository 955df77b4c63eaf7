"""What an invocation of the handler costs, its import, and its zip, beside other makers' libraries.

    page     a browser's GET /, in single-value and in multi-value mode
    echo     a POST /echo with a query, cookies and a body, all of them read and sent back
    import   of the files of the zip with their bytecode, beyond what AWS's runtime client has imported itself
    cold     the same without bytecode, which is not in a zip, and the first page

Times are processor time, so that other processes count little: medians of rounds in which each has its turn.
An invocation of ours has its log line in it; of the peers only the one with a Logger logs.
"""

from __future__ import annotations

import compileall
import importlib.metadata
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.applications import FLOOR, HANDLER, LOGGED, PAGE, PEERS
from bench.figures import heading, line, table
from tests.handlers.libraries import packaged
from tests.zips import Files, zipped

INVOCATIONS = Path(__file__).with_name("invocations.py")
OURS = "this handler"
ROUNDS, EACH = 25, 200  # of invocations
STARTS = 9
CALL, IMPORT = 1 / 3, 1 / 5  # of Powertools' time with its Logger: the budgets
ZIP = 10.0  # kilobytes

HEADERS = {
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-encoding": "gzip, deflate, br, zstd",
    "accept-language": "en-US,en;q=0.5",
    "cookie": "session=8f5c0ffe; theme=dark",
    "host": "www.example.com",
    "referer": "https://www.example.com/news",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "same-origin",
    "upgrade-insecure-requests": "1",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "x-amzn-trace-id": "Root=1-5c536348-3d683b8b04734faae651f476",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
}
QUERY = {"page": "2", "q": "caf%C3%A9"}
BODY = json.dumps({"name": "caf\u00e9", "number": 2})


def event(method: str, path: str, *, multi: bool) -> dict[str, Any]:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/demo/0123456789abcdef"
    headers = HEADERS if path == "/" else {**HEADERS, "accept": "*/*", "content-type": "application/json"}

    def shaped(pairs: Mapping[str, str]) -> Mapping[str, str | list[str]]:
        return {name: [value] for name, value in pairs.items()} if multi else pairs

    return {
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": method,
        "path": path,
        "multiValueQueryStringParameters" if multi else "queryStringParameters": shaped(QUERY),
        "multiValueHeaders" if multi else "headers": shaped(headers),
        "body": BODY if method == "POST" else "",
        "isBase64Encoded": False,
    }


EVENTS = {
    "page": event("GET", "/", multi=False),
    "page, multi": event("GET", "/", multi=True),
    "echo": event("POST", "/echo", multi=False),
    "echo, multi": event("POST", "/echo", multi=True),
}


@dataclass(frozen=True)
class Function:
    """A package, and the seconds that its invocations, by event, and its imports took, one of each a round.

    `cold` is the first import of sources, with the first invocation.
    """

    name: str
    handler: str
    files: Files
    invocations: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in EVENTS})
    imports: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Microseconds an invocation, milliseconds an import and a cold start, kilobytes of the zip."""
        return {
            **{name: round(statistics.median(taken) * 1e6, 1) for name, taken in self.invocations.items()},
            "import": round(statistics.median(self.imports) * 1e3, 1),
            "cold": round(statistics.median(self.cold) * 1e3, 1),
            "zip": round(len(zipped(self.files)) / 1e3, 1),
        }


UNITS = {**dict.fromkeys(EVENTS, "\u00b5s"), "import": "ms", "cold": "ms", "zip": "kB"}


def functions() -> Iterator[Function]:
    """Ours, the floor, and those of the peers whose distributions are installed; who is not is told."""
    files = {path.name: path.read_bytes() for path in sorted(HANDLER.glob("*.py"))}
    yield Function(OURS, "lambda_function.lambda_handler", files)
    for each in (FLOOR, *PEERS):
        try:
            yield Function(each.name, "app.handler", {"app.py": each.source, **packaged(*each.distributions)})
        except importlib.metadata.PackageNotFoundError as error:
            print(f"{each.name} is left out: {error.name} is not installed (make setup installs it)")


def unpack(files: Files, directory: Path) -> None:
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content.encode() if isinstance(content, str) else content)


class Environment:
    """An execution environment of a function: a process that has imported it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.seconds = float(self._answer())  # of the import

    def invoke(self, event: Mapping[str, Any], count: int = 1) -> float:
        """The seconds an invocation took, of so many. Raises `RuntimeError` where the answer is wrong."""
        assert self._process.stdin
        print(json.dumps([event, count]), file=self._process.stdin, flush=True)
        took, result = json.loads(self._answer())
        body = result["body"] if result["statusCode"] == 200 else ""
        if body != PAGE if event["path"] == "/" else json.loads(body or "{}").get("body") != event["body"]:
            raise RuntimeError(f"not the page, nor what was sent: {result}")
        return float(took)

    def _answer(self) -> str:
        assert self._process.stdout
        if answer := self._process.stdout.readline():
            return answer
        raise RuntimeError("the function failed; what it said stands above")


@contextmanager
def environment(directory: Path, handler: str) -> Iterator[Environment]:
    command = [sys.executable, "-I", "-S", "-B", str(INVOCATIONS), str(directory), handler]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Environment(process)


def measure(functions: list[Function], root: Path) -> None:
    """Fill the functions' lists, round by round."""
    sources = {function.name: root / "source" / str(n) for n, function in enumerate(functions)}
    compiled = {function.name: root / "compiled" / str(n) for n, function in enumerate(functions)}
    for function in functions:
        unpack(function.files, sources[function.name])
        unpack(function.files, compiled[function.name])
    compileall.compile_dir(root / "compiled", quiet=2)
    for _ in range(STARTS):
        for function in functions:
            with environment(compiled[function.name], function.handler) as imported:
                function.imports.append(imported.seconds)
            with environment(sources[function.name], function.handler) as cold:
                function.cold.append(cold.seconds + cold.invoke(EVENTS["page"]))
    with ExitStack() as stack:
        warm = {
            function.name: stack.enter_context(environment(compiled[function.name], function.handler))
            for function in functions
        }
        for number in range(ROUNDS + 1):
            for function in functions:
                for name, each in EVENTS.items():
                    took = warm[function.name].invoke(each, EACH)
                    if number:  # the first round warms up
                        function.invocations[name].append(took)


def versions() -> dict[str, str]:
    found = {}
    for distribution in sorted({name for peer in PEERS for name in peer.distributions}):
        try:
            found[distribution] = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main() -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line for each budget missed."""
    print(heading("handler"))
    measured = list(functions())
    with tempfile.TemporaryDirectory() as root:
        measure(measured, Path(root))
    figures = {function.name: function.figures() for function in measured}
    print(table(figures, UNITS))
    print(line("handler", figures, versions(), units=UNITS))
    return missed(figures)


def missed(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A line for each budget that was missed."""
    ours, peer = figures[OURS], figures.get(LOGGED.name, {})
    shares = {"page": CALL, "page, multi": CALL, "import": IMPORT}
    budgets = {name: share * peer[name] for name, share in shares.items() if peer} | {"zip": ZIP}
    return [
        f"handler, {name}: {ours[name]:,.1f} {UNITS[name]}, budget {budget:,.1f}"
        for name, budget in budgets.items()
        if ours[name] >= budget
    ]
