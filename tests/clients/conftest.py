"""One cloud for all of this directory, with sites over HTTP and HTTPS that several tests share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.sites import Site, Sites, running
from tests.zips import Files

HANDLER = Path(__file__).parents[2] / "handler"

# Answers with the event; /cookies sets two, /next is told to go to /last, /size says how long the body is.
CODE = """
import base64, json

def handler(event, context):
    path = event["path"]
    headers = {"content-type": ["application/json"]}
    if path == "/cookies":
        headers["set-cookie"] = ["one=1; Path=/", "two=2; Path=/; HttpOnly"]
    if path == "/next":
        return {"statusCode": 302, "multiValueHeaders": {"location": ["/last"]}}
    if path == "/see-other":
        return {"statusCode": 303, "multiValueHeaders": {"location": ["/last"]}}
    if path == "/size":
        body = event["body"]
        size = len(base64.b64decode(body)) if event["isBase64Encoded"] else len(body.encode())
        return {"statusCode": 200, "multiValueHeaders": headers, "body": str(size)}
    return {"statusCode": 200, "multiValueHeaders": headers, "body": json.dumps(event)}
"""


@dataclass(frozen=True)
class Pair:
    """The same function behind two listeners, in multi-value mode. `roots` is a file of PEM."""

    http: Site
    https: Site
    name: str
    roots: Path
    authority: Authority


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="package")
def sites(cloud: Sites, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    authority, name = Authority(), "www.example.test"
    certificate = authority.issue(name).imported(cloud.client("acm"))
    roots = tmp_path_factory.mktemp("roots") / "root.pem"
    roots.write_bytes(authority.root)
    http = cloud.deploy(CODE, multi_value=True)
    https = cloud.deploy(CODE, multi_value=True, port=443, certificate=certificate)
    return Pair(http, https, name, roots, authority)


def payload_of_the_project() -> Files:
    """The project's own function: the files of handler/."""
    return {path.name: path.read_bytes() for path in HANDLER.glob("*.py")}
