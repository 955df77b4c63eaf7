"""The same small application written for three libraries, and the packages they are deployed in.

Each application answers:

    any  /echo          what it was asked, as JSON: method, path, query (key -> values), two headers, the body
    POST /reverse       the body's bytes in reverse, as application/octet-stream
    POST /json          {"got": <the JSON that was sent>}
    GET  /cookies       with three cookies
    GET  /files/<path>  the rest of the path, as text
    POST /empty         a 204
    GET  /moved         a redirect to /echo?moved=yes
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field

from packaging.requirements import Requirement

from tests.zips import Files

ALL_COOKIES = frozenset({"one=1", "two=2", "three=3"})


def packaged(*distributions: str) -> dict[str, bytes]:
    """The installed files of distributions and of what they require, as pip would put them into a zip."""
    files: dict[str, bytes] = {}
    wanted, done = list(distributions), set[str]()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        for path in importlib.metadata.files(name) or ():
            inside = ".." not in path.parts and path.suffix != ".pyc"
            if inside and not path.parts[0].endswith((".dist-info", ".pth")):
                files[str(path)] = path.read_binary()
        for line in importlib.metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name)
    return files


@dataclass(frozen=True)
class Library:
    """A library, its application, and where it makes of a request something of its own.

    `single_cookies` are those that arrive in single-value mode; `plus` is what `+` in a query means to it;
    `files` is what `/files/a%20b%2Fc` and `/files/%C3%A9` are to it; `not_found` is in its own page.
    """

    name: str
    distributions: tuple[str, ...]
    source: str
    single_cookies: frozenset[str]
    plus: str = "1 2"
    files: Mapping[str, str] = field(
        default_factory=lambda: {"a%20b%2Fc": "a b/c", "%C3%A9": "\u00e9", "x/y": "x/y"}
    )
    not_found: str = "Not Found"

    def package(self) -> Files:
        return {"app.py": self.source, **packaged(*self.distributions)}


# Single-value mode: "Can't encode more than one cookie in the response. Sending the last cookie only."
# (aws_lambda_powertools/shared/headers_serializer.py). It decodes no path, of the query %XX alone, and that
# only when asked to (PR 7940).
POWERTOOLS = Library(
    name="powertools",
    distributions=("aws-lambda-powertools",),
    single_cookies=frozenset({"three=3"}),
    plus="1+2",
    files={"a%20b%2Fc": "a%20b%2Fc", "%C3%A9": "%C3%A9"},
    not_found='"message":"Not found"',
    source="""
import base64
from aws_lambda_powertools.event_handler import ALBResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie

app = ALBResolver(decode_query_parameters=True)


def body():
    event = app.current_event
    return base64.b64decode(event.body) if event.is_base64_encoded else event.body.encode()


@app.route("/echo", method=["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"])
def echo():
    event = app.current_event
    headers = event.resolved_headers_field
    return {
        "method": event.http_method,
        "path": event.path,
        "query": event.resolved_query_string_parameters,
        "x-one": headers.get("x-one"),
        "cookie": headers.get("cookie"),
        "body": body().decode(),
    }


@app.post("/reverse")
def reverse():
    return Response(200, content_type="application/octet-stream", body=body()[::-1])


@app.post("/json")
def json():
    return {"got": app.current_event.json_body}


@app.get("/cookies")
def cookies():
    pairs = (("one", "1"), ("two", "2"), ("three", "3"))
    cookies = [Cookie(name=name, value=value, secure=False) for name, value in pairs]
    return Response(200, content_type="text/plain", body="set", cookies=cookies)


@app.get("/files/<name>")
def files(name):
    return Response(200, content_type="text/plain", body=name)


@app.get("/moved")
def moved():
    return Response(302, content_type="text/plain", body="", headers={"Location": "/echo?moved=yes"})


@app.post("/empty")
def empty():
    return Response(204)


def handler(event, context):
    return app.resolve(event, context)
""",
)

# Single-value mode: each cookie under another casing of the name (mangum/handlers/alb.py,
# case_mutated_headers).
MANGUM = Library(
    name="mangum",
    distributions=("mangum", "starlette"),
    single_cookies=ALL_COOKIES,
    source="""
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]


async def echo(request):
    return JSONResponse({
        "method": request.method,
        "path": request.url.path,
        "query": {key: request.query_params.getlist(key) for key in request.query_params},
        "x-one": request.headers.getlist("x-one"),
        "cookie": request.headers.get("cookie"),
        "body": (await request.body()).decode(),
    })


async def reverse(request):
    return Response((await request.body())[::-1], media_type="application/octet-stream")


async def json(request):
    return JSONResponse({"got": await request.json()})


async def cookies(request):
    response = PlainTextResponse("set")
    for name, value in (("one", "1"), ("two", "2"), ("three", "3")):
        response.set_cookie(name, value)
    return response


async def files(request):
    return PlainTextResponse(request.path_params["name"])


async def empty(request):
    return Response(status_code=204)


async def moved(request):
    return RedirectResponse("/echo?moved=yes", status_code=302)


app = Starlette(routes=[
    Route("/echo", echo, methods=METHODS),
    Route("/reverse", reverse, methods=["POST"]),
    Route("/json", json, methods=["POST"]),
    Route("/cookies", cookies),
    Route("/empty", empty, methods=["POST"]),
    Route("/files/{name:path}", files),
    Route("/moved", moved),
])
handler = Mangum(app, lifespan="off")
""",
)

# Single-value mode: a dict of the headers, in which the last cookie is left (apig_wsgi/__init__.py,
# V1Response.as_apig_response).
APIG_WSGI = Library(
    name="apig-wsgi",
    distributions=("apig-wsgi", "flask"),
    single_cookies=frozenset({"three=3"}),
    source="""
from apig_wsgi import make_lambda_handler
from flask import Flask, Response, jsonify, make_response, redirect, request

app = Flask(__name__)
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]


@app.route("/echo", methods=METHODS)
def echo():
    return jsonify({
        "method": request.method,
        "path": request.path,
        "query": request.args.to_dict(flat=False),
        "x-one": request.headers.get("x-one"),
        "cookie": request.headers.get("cookie"),
        "body": request.get_data().decode(),
    })


@app.post("/reverse")
def reverse():
    return Response(request.get_data()[::-1], mimetype="application/octet-stream")


@app.post("/json")
def json():
    return {"got": request.get_json()}


@app.get("/cookies")
def cookies():
    response = make_response("set")
    for name, value in (("one", "1"), ("two", "2"), ("three", "3")):
        response.set_cookie(name, value)
    return response


@app.get("/files/<path:name>")
def files(name):
    return Response(name, mimetype="text/plain")


@app.post("/empty")
def empty():
    return "", 204


@app.get("/moved")
def moved():
    return redirect("/echo?moved=yes", code=302)


handler = make_lambda_handler(app)
""",
)

LIBRARIES = (POWERTOOLS, MANGUM, APIG_WSGI)
