"""A web page, served by a Lambda function behind an Application Load Balancer.

    GET  /         a heading, or the same as JSON for a client that prefers it
    any  /echo     the request as it arrived, as JSON or as a page
    GET  /health   "ok", for a health check

To make it yours, write functions from `Request` to `Response` and enter them in ROUTES; keep the rest.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from alb import Request, Response, is_from_load_balancer, masked, parse, render

GREETING = "Hello from Lambda!"
ANY = "*"

# The runtime's own handler makes a stack trace one entry in CloudWatch, which print would break into lines.
logger = logging.getLogger(__name__)
# An event came as JSON, so it has no circle, which would take a tenth of the time to look for.
as_line = json.JSONEncoder(check_circular=False).encode


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer an event; `context` is Lambda's, of which only `aws_request_id` is used.

    An event from a load balancer gets a response whatever happens: an exception would become a bare 502.
    Any other event, such as the console's {"key1": "value1"}, gets the greeting as JSON.
    """
    # One line an event: CloudWatch Logs Insights then finds its fields. Credentials in headers are masked.
    # Bodies and query strings are logged as they came: where they hold secrets, leave them out here.
    print(as_line(masked(event)))
    if not is_from_load_balancer(event):
        return {"statusCode": 200, "body": json.dumps(GREETING)}
    try:
        return render(route(parse(event)), event)
    except Exception:
        request_id = getattr(context, "aws_request_id", "unknown")
        logger.exception("request %s failed", request_id)
        # The details stay in the log: they are for us. The id is what the client can quote to find them.
        return render(text(500, f"Internal Server Error\nRequest id: {request_id}\n"), event)


def route(request: Request) -> Response:
    """The response of the function that ROUTES names for this path and method, or 404, or 405."""
    methods = ROUTES.get(request.path)
    if methods is None:
        return text(404, "Not Found\n")
    # HEAD is answered like GET (RFC 9110, 9.3.2); `render` takes the body away.
    method = "GET" if request.method == "HEAD" else request.method
    answer = methods.get(method) or methods.get(ANY)
    if answer is None:
        allowed = [*methods, "HEAD"] if "GET" in methods else [*methods]
        return text(405, "Method Not Allowed\n", ("Allow", ", ".join(allowed)))
    return answer(request)


def hello(request: Request) -> Response:
    return negotiated(
        request,
        {
            "text/html": lambda: f"<h1>{GREETING}</h1>",
            "application/json": lambda: json.dumps(GREETING),
        },
    )


def echo(request: Request) -> Response:
    """The request as it arrived: what the load balancer and `parse` made of it.

    A body that is not UTF-8 is shown in base64. Callers see their own headers, so a script in a page of this
    site could read cookies marked HttpOnly here: take this out of a site that has sessions.
    """
    try:
        body, is_base64 = request.body.decode(), False
    except UnicodeDecodeError:
        body, is_base64 = base64.b64encode(request.body).decode(), True
    document = json.dumps(
        {
            "method": request.method,
            "path": request.path,
            "rawPath": request.raw_path,
            "query": request.query,
            "headers": request.headers,
            "cookies": request.cookies,
            "body": body,
            "isBase64Encoded": is_base64,
            "multiValue": request.multi_value,
        },
        indent=2,
    )
    return negotiated(
        request,
        {
            "application/json": lambda: document,
            "text/html": lambda: echo_page(document),
        },
    )


def echo_page(document: str) -> str:
    import html  # slow to import, and only a browser wants a page

    return f"<!doctype html><title>Echo</title><pre>{html.escape(document)}</pre>"


def health(_: Request) -> Response:
    return text(200, "ok")


def text(status: int, body: str, *headers: tuple[str, str]) -> Response:
    return Response(status, [("Content-Type", "text/plain"), *headers], body)


def negotiated(request: Request, bodies: Mapping[str, Callable[[], str]]) -> Response:
    """200 with the body the client prefers, of `bodies` by media type; the first where it does not say."""
    media_type = request.prefers(*bodies)
    # Vary, because a cache in front would serve one client's choice to the next (RFC 9110, 12.5.5).
    return Response(200, [("Content-Type", media_type), ("Vary", "Accept")], bodies[media_type]())


# path -> method -> the function that answers it. Paths are compared whole and decoded.
ROUTES: Mapping[str, Mapping[str, Callable[[Request], Response]]] = {
    "/": {"GET": hello},
    "/echo": {ANY: echo},
    "/health": {"GET": health},
}
