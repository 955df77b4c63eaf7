"""What happens to a function in the cloud. The provider waits five seconds for every change of one, so these
run side by side, begun with the session.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from localalb.stacks.isolation import Endpoint
from tests.packaging.copies import WARNING, Copy

MakeCopy = Callable[..., Copy]


def applied(copy: Copy, **variables: object) -> None:
    done = copy.apply(**variables)
    assert done.returncode == 0, done.stdout
    assert "Check block" not in done.stdout


def empty(copy: Copy, **variables: object) -> None:
    plan = copy.plan(**variables)
    assert plan.returncode == 0, plan.stdout
    assert "Check block" not in plan.stdout


def machine_without_the_zip(copy: MakeCopy, endpoint: Endpoint) -> None:
    """It has the state and nothing else, and can do all that does not upload the very same code again."""
    stack = copy("function")
    applied(stack)
    empty(stack)
    stack.wipe()
    applied(stack, memory_size=256)
    assert stack.client("lambda").get_function_configuration(FunctionName=stack.name)["MemorySize"] == 256
    assert not (stack.directory / ".package").exists(), "a configuration needs no zip"
    empty(stack, memory_size=256)
    stack.write("app.py", "def handler(event, context):\n    return 'changed'\n")
    applied(stack)
    assert stack.invoke() == "changed"
    stack.wipe()
    stack.name += "-renamed"
    applied(stack)
    assert stack.invoke() == "changed"


def code_changed_behind_terraforms_back(copy: MakeCopy, endpoint: Endpoint) -> None:
    stack = copy("function")
    applied(stack)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return 'mine'\n")
    stack.client("lambda").update_function_code(FunctionName=stack.name, ZipFile=other.getvalue())
    for _ in ("with the zip", "without"):
        plan = stack.plan()
        assert plan.returncode == 0, plan.stdout
        assert WARNING in plan.stdout
        stack.wipe() if stack.zips() else None
    stack.write("app.py", "def handler(event, context):\n    return 'ours'\n")
    applied(stack)
    assert stack.invoke() == "ours"
    empty(stack)


@contextmanager
def breaking(endpoint: Endpoint, path: str) -> Iterator[Endpoint]:
    """An address of the cloud that answers a PUT to a path that ends so with an error."""
    cloud = urlsplit(endpoint.url)

    class Handler(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.command == "PUT" and self.path.endswith(path):
                self._answer(400, b'{"Type": "User", "message": "broken"}', "InvalidParameterValueException")
                return
            connection = HTTPConnection(cloud.hostname or "", cloud.port)
            headers = dict(self.headers) | {"Host": cloud.netloc}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self._answer(answer.status, answer.read(), answer.headers.get("x-amzn-ErrorType", ""))
            connection.close()

        def _answer(self, status: int, body: bytes, error: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Endpoint(f"http://127.0.0.1:{server.server_port}", endpoint.key)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def upload_that_failed(copy: MakeCopy, endpoint: Endpoint) -> None:
    """The provider has written the new hash to the state and sees nothing to do (its issue 42826)."""
    stack = copy("function")
    applied(stack)
    stack.write("app.py", "def handler(event, context):\n    return 'new'\n")
    with breaking(endpoint, "/code") as address:
        stack.through(address)
        done = stack.apply()
        stack.through(endpoint)
    assert done.returncode == 1
    assert "broken" in done.stdout
    assert stack.invoke() == "hello"
    plan = stack.plan()
    assert plan.returncode == 0, plan.stdout
    assert WARNING in plan.stdout
    stack.wipe()
    assert WARNING in stack.plan().stdout
    replace = ["module.package.terraform_data.build", "module.function.aws_lambda_function.this"]
    done = stack.apply(*(f"-replace={address}" for address in replace))
    assert done.returncode == 0, done.stdout
    assert stack.invoke() == "new"
    empty(stack)


SCENARIOS = {
    each.__name__: each
    for each in (machine_without_the_zip, code_changed_behind_terraforms_back, upload_that_failed)
}
