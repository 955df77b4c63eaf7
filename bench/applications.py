"""The applications of `bench.handler`, in other makers' libraries. Each answers as this project's handler:

    GET  /       the same page
    POST /echo   what it was asked, as indented JSON: method, path, query, headers, cookies, body

Each does less than ours: it does not read the Accept header, and but for one logs no event.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HANDLER = Path(__file__).parents[1] / "handler"
PAGE = "<h1>Hello from Lambda!</h1>"


@dataclass(frozen=True)
class Application:
    """`distributions` are of PyPI, and are packaged with `source`, which has the function `handler`."""

    name: str
    distributions: tuple[str, ...]
    source: str


# What a handler that logs its events cannot do without: the log line, and for /echo the indented JSON.
FLOOR = Application(
    "floor: the log line, the JSON",
    (),
    f"""
import json


def handler(event, context):
    print(json.dumps(event))
    body = "{PAGE}" if event["path"] == "/" else json.dumps(event, indent=2)
    return {{"statusCode": 200, "isBase64Encoded": False, "body": body}}
""",
)

POWERTOOLS = Application(
    "Powertools, ALBResolver",
    ("aws-lambda-powertools",),
    f"""
import json
from http.cookies import SimpleCookie

from aws_lambda_powertools.event_handler import ALBResolver, Response

app = ALBResolver(decode_query_parameters=True)


@app.get("/")
def page():
    return Response(200, content_type="text/html", body="{PAGE}")


@app.post("/echo")
def echo():
    event = app.current_event
    headers = event.resolved_headers_field
    cookie = headers.get("cookie", "")
    cookies = SimpleCookie(cookie if isinstance(cookie, str) else "; ".join(cookie))
    document = {{
        "method": event.http_method,
        "path": event.path,
        "query": event.resolved_query_string_parameters,
        "headers": headers,
        "cookies": {{name: morsel.value for name, morsel in cookies.items()}},
        "body": event.decoded_body,
    }}
    return Response(200, content_type="application/json", body=json.dumps(document, indent=2))


def handler(event, context):
    return app.resolve(event, context)
""",
)

# Its own way to log an event, which it does not mask.
LOGGED = Application(
    "Powertools, and its Logger",
    POWERTOOLS.distributions,
    "from aws_lambda_powertools import Logger\n"
    + POWERTOOLS.source.replace(
        "def handler(", "@Logger().inject_lambda_context(log_event=True)\ndef handler("
    ),
)

MANGUM = Application(
    "Mangum, Starlette",
    ("mangum", "starlette"),
    f"""
import json

from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route


async def page(request):
    return HTMLResponse("{PAGE}")


async def echo(request):
    document = {{
        "method": request.method,
        "path": request.url.path,
        "query": {{key: request.query_params.getlist(key) for key in request.query_params}},
        "headers": {{name: request.headers.getlist(name) for name in request.headers}},
        "cookies": request.cookies,
        "body": (await request.body()).decode(),
    }}
    return Response(json.dumps(document, indent=2), media_type="application/json")


routes = [Route("/", page), Route("/echo", echo, methods=["POST"])]
handler = Mangum(Starlette(routes=routes), lifespan="off")
""",
)

APIG_WSGI = Application(
    "apig-wsgi, Flask",
    ("apig-wsgi", "flask"),
    f"""
import json

from apig_wsgi import make_lambda_handler
from flask import Flask, Response, request

app = Flask(__name__)


@app.get("/")
def page():
    return "{PAGE}"


@app.post("/echo")
def echo():
    document = {{
        "method": request.method,
        "path": request.path,
        "query": request.args.to_dict(flat=False),
        "headers": dict(request.headers),
        "cookies": request.cookies,
        "body": request.get_data(as_text=True),
    }}
    return Response(json.dumps(document, indent=2), mimetype="application/json")


handler = make_lambda_handler(app)
""",
)

PEERS = (POWERTOOLS, LOGGED, MANGUM, APIG_WSGI)
