"""What is tested of the handler, as data. Each case names its source.

"UG" is the page lambda-functions of the ALB user guide; a name with a number is a public issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["single", "multi"]
Pairs = list[tuple[str, str]]
MODES: tuple[Mode, Mode] = ("single", "multi")

TARGET_GROUP = (
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/demo-tg-lambda/0123456789abcdef"
)


def shaped(pairs: Pairs, mode: Mode) -> dict[str, Any]:
    """The pairs as ALB writes them: every value in multi mode, the last one in single mode (UG)."""
    if mode == "single":
        return dict(pairs)
    multi: dict[str, list[str]] = {}
    for name, value in pairs:
        multi.setdefault(name, []).append(value)
    return multi


def alb_event(
    mode: Mode,
    method: str = "GET",
    path: str = "/",
    *,
    query: Pairs | None = None,
    headers: Pairs | None = None,
    body: Any = "",
    is_base64: Any = False,
) -> dict[str, Any]:
    """An event with the keys of a captured one (aws-lambda-go, testdata/alb-*): one mode's, never both."""
    names = ("headers", "queryStringParameters")
    if mode == "multi":
        names = ("multiValueHeaders", "multiValueQueryStringParameters")
    return {
        "requestContext": {"elb": {"targetGroupArn": TARGET_GROUP}},
        "httpMethod": method,
        "path": path,
        names[1]: shaped(query or [], mode),
        names[0]: shaped([("host", "demo.example")] if headers is None else headers, mode),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def why_502(result: Any, mode: Mode) -> str | None:
    """What makes ALB answer 502 instead of sending `result`; None where nothing does."""
    if not isinstance(result, dict):
        return "not an object: adyen-commercetools#1249"
    if type(result.get("statusCode")) is not int:
        return "statusCode is not an integer: apig-wsgi#52"
    if not isinstance(result.get("body"), str):
        return "body is not a string: aws-lambda-go#408"
    if type(result.get("isBase64Encoded")) is not bool:
        return "isBase64Encoded is not a boolean: UG"
    if result.get("statusDescription", "").split(" ")[0] != str(result["statusCode"]):
        return "statusDescription does not begin with the code and one space: UG"
    field_name, other = ("headers", "multiValueHeaders")[:: 1 if mode == "single" else -1]
    if other in result:
        return f"{other} is of the other mode: serverless-java-container#347"
    headers = result.get(field_name)
    if not isinstance(headers, dict):
        return f"{field_name} is not an object: aws-lambda-go-api-proxy#79"
    for value in headers.values():
        values = [value] if mode == "single" else value
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            return f"a value in {field_name} is not a string: serverless-express#699"
    return None


@dataclass(frozen=True)
class Case:
    """Something to give and what has to come of it."""

    id: str
    source: str
    given: Any
    expected: Any
    multi: Any = None  # expected in multi mode, where that differs

    def wanted(self, mode: Mode) -> Any:
        return self.multi if mode == "multi" and self.multi is not None else self.expected


QUERY = [
    Case("none", "kevinhakanson.com 2019-10-25: {} in both modes", [], {}),
    Case("one", "UG", [("name", "foo")], {"name": ["foo"]}),
    Case(
        "repeated",
        "UG: the last in single mode",
        [("n", "foo"), ("n", "bar")],
        {"n": ["bar"]},
        {"n": ["foo", "bar"]},
    ),
    Case("encoded value", "UG: not decoded by ALB", [("a", "caf%C3%A9%20%26")], {"a": ["café &"]}),
    Case("encoded key", "bref alb-query-string*.json", [("foo%5Ba%5D", "foo%5B")], {"foo[a]": ["foo["]}),
    Case("two spellings of one key", "bref: [ is left raw", [("a%5B", "1"), ("a[", "2")], {"a[": ["1", "2"]}),
    Case("plus is a space", "serverless-wsgi#146", [("q+r", "a+b")], {"q r": ["a b"]}),
    Case("encoded plus", "serverless-express#219", [("q", "a%2Bb")], {"q": ["a+b"]}),
    Case("decoded once", "aws-lambda-rust-runtime#543", [("q", "%2525")], {"q": ["%25"]}),
    Case("empty value", "gist 1cce0db789ead5ae6a2d812936ba4b2e", [("a", "")], {"a": [""]}),
    Case("not UTF-8", "WHATWG URL: replaced", [("a", "%FF")], {"a": ["\ufffd"]}),
]

PATHS = [
    Case("root", "UG", "/", "/"),
    Case("encoded", "Mangum: unquote", "/caf%C3%A9%20x", "/café x"),
    Case("plus stays", "RFC 3986, 3.3", "/a+b", "/a+b"),
    Case("trailing slash", "powertools albEventPathTrailingSlash.json", "/a/", "/a/"),
    Case("decoded once", "RFC 3986, 2.4", "/%2541", "/%41"),
    Case("missing", "test console", None, "/"),
]

HEADERS = [
    Case("one", "UG", [("accept", "*/*")], {"accept": ["*/*"]}),
    Case(
        "repeated", "UG: the last in single mode", [("x", "1"), ("x", "2")], {"x": ["2"]}, {"x": ["1", "2"]}
    ),
    Case("any casing", "RFC 9110, 5.1", [("X-A", "1"), ("x-a", "2")], {"x-a": ["1", "2"]}),
    Case(
        "health check",
        "alb_no_host.json",
        [("user-agent", "ELB-HealthChecker/2.0")],
        {"user-agent": ["ELB-HealthChecker/2.0"]},
    ),
    Case("empty value", "RFC 9110, 5.5", [("x", "")], {"x": [""]}),
]

COOKIES = [
    Case("none", "RFC 6265, 5.4", [], {}),
    Case("two", "RFC 6265, 4.2.1", ["a=1; b=2"], {"a": "1", "b": "2"}),
    Case("first wins", "RFC 6265, 5.4: longer paths first", ["a=1; a=2"], {"a": "1"}),
    Case("several headers", "RFC 9113, 8.2.3: crumbs", ["a=1", "b=2"], {"b": "2"}, {"a": "1", "b": "2"}),
    Case("equals sign in the value", "RFC 6265, 4.1.1", ["a=b=c"], {"a": "b=c"}),
    Case("opaque", "RFC 6265, 4.1.1", ['a=%41; b="x"'], {"a": "%41", "b": '"x"'}),
    Case(
        "odd ones do no harm",
        "http.cookies drops them all",
        ["x; a[]=1;; b=é; c=3"],
        {"a[]": "1", "b": "é", "c": "3"},
    ),
]

BODIES = [
    Case("none", "UG", ("", False), b""),
    Case("none, flag true", "bref#693", ("", True), b""),
    Case("null", "test console", (None, False), b""),
    Case("null, flag null", "test console", (None, None), b""),
    Case("text", "UG", ("naïve", False), "naïve".encode()),
    Case("binary", "UG", ("AP/+", True), b"\x00\xff\xfe"),
]

# Accept header, and the best of text/html and application/json, in this order.
HTML, JSON = "text/html", "application/json"
ACCEPT = [
    Case("absent", "RFC 9110, 12.5.1", None, HTML),
    Case("empty", "RFC 9110, 12.5.1", "", HTML),
    Case("anything", "RFC 9110, 12.5.1", "*/*", HTML),
    Case("browser", "Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
    Case("JSON", "RFC 9110, 12.5.1", "application/json", JSON),
    Case("JSON first, equal", "RFC 9110, 12.4.2: order has no weight", "application/json, text/html", HTML),
    Case("axios", "axios defaults", "application/json, text/plain, */*", HTML),
    Case("JSON weighs more", "RFC 9110, 12.4.2", "text/html;q=0.5, application/json", JSON),
    Case("HTML weighs more", "RFC 9110, 12.4.2", "text/html, application/json;q=0.9", HTML),
    Case("three digits", "RFC 9110, 12.4.2", "text/html;q=0.998,application/json;q=0.999", JSON),
    Case("JSON refused", "RFC 9110, 12.4.2", "application/json;q=0", HTML),
    Case("HTML refused", "RFC 9110, 12.5.1", "text/html;q=0, */*", JSON),
    Case("type range", "RFC 9110, 12.5.1", "application/*", JSON),
    Case(
        "specific beats range",
        "RFC 9110, 12.5.1",
        "text/*;q=0.9, text/html;q=0.1, application/json;q=0.5",
        JSON,
    ),
    Case("neither", "RFC 9110, 15.5.7: or disregard", "image/png", HTML),
    Case("any casing", "RFC 9110, 8.3.1", "Application/JSON ; Q=1, Text/HTML;q=0.2", JSON),
    Case("parameters", "RFC 9110, 12.5.1", "application/json; charset=utf-8", JSON),
    Case("parameter before q", "RFC 9110, 12.5.1", "application/json;v=1;q=0.3, text/html;q=0.2", JSON),
    Case("no number", "RFC 9110, 12.4.2", "text/html;q=high, application/json;q=0.1", JSON),
    Case("above one", "RFC 9110, 12.4.2", "text/html;q=9, application/json;q=0.1", JSON),
    Case("garbage", "robustness", ",;,q=1,/;q=,nan;q=nan", HTML),
]

# Method, path, and the status, content type, body and Allow of the answer.
ROUTES = [
    Case("page", "walkthrough", ("GET", "/"), (200, "text/html", "<h1>Hello from Lambda!</h1>", None)),
    Case("page, HEAD", "RFC 9110, 9.3.2", ("HEAD", "/"), (200, "text/html", "", None)),
    Case("health", "design", ("GET", "/health"), (200, "text/plain", "ok", None)),
    Case("decoded to route", "RFC 3986, 6.2.2.2", ("GET", "/%68ealth"), (200, "text/plain", "ok", None)),
    Case("unknown", "RFC 9110, 15.5.5", ("GET", "/nope"), (404, "text/plain", "Not Found\n", None)),
    Case("unknown, HEAD", "RFC 9110, 9.3.2", ("HEAD", "/nope"), (404, "text/plain", "", None)),
    Case(
        "case of a path counts",
        "RFC 3986, 6.2.2.1",
        ("GET", "/Health"),
        (404, "text/plain", "Not Found\n", None),
    ),
    Case(
        "method", "RFC 9110, 15.5.6", ("POST", "/"), (405, "text/plain", "Method Not Allowed\n", "GET, HEAD")
    ),
    Case(
        "case of a method counts",
        "RFC 9110, 9.1",
        ("get", "/"),
        (405, "text/plain", "Method Not Allowed\n", "GET, HEAD"),
    ),
]

# Headers and what they become in single and in multi mode.
RENDERED_HEADERS = [
    Case("none", "aws-lambda-go-api-proxy#79: {} but never null", [], {}, {}),
    Case("one", "UG", [("A", "1")], {"A": "1"}, {"A": ["1"]}),
    Case(
        "number",
        "serverless-express#699",
        [("Content-Length", 3)],
        {"Content-Length": "3"},
        {"Content-Length": ["3"]},
    ),
    Case("repeated", "RFC 9110, 5.3", [("A", "1"), ("a", "2")], {"A": "1, 2"}, {"A": ["1", "2"]}),
    Case("one cookie", "UG", [("Set-Cookie", "a=1")], {"Set-Cookie": "a=1"}, {"Set-Cookie": ["a=1"]}),
    Case(
        "cookies",
        "mangum#186",
        [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Set-Cookie", "c=3")],
        {"Set-Cookie": "a=1", "Set-CookiE": "b=2", "Set-CookIe": "c=3"},
        {"Set-Cookie": ["a=1", "b=2", "c=3"]},
    ),
]

RENDERED_BODIES = [
    Case("empty", "UG", "", ("", False)),
    Case("text", "UG", "naïve 😀", ("naïve 😀", False)),
    Case("bytes", "UG", b"\x00\xff\xfe", ("AP/+", True)),
    Case("no bytes", "UG", b"", ("", True)),
    Case("long base64 has no line breaks", "serverless-java-container#339", b"x" * 90, ("eHh4" * 30, True)),
]

STATUSES = [
    Case("OK", "UG", 200, "200 OK"),
    Case("Not Found", "UG", 404, "404 Not Found"),
    Case("unregistered", "RFC 9110, 15: any three digits", 299, "299 Unknown"),
    Case("last", "RFC 9110, 15", 599, "599 Unknown"),
]

# What no result can be made of.
REFUSED = [
    Case("status as text", "apig-wsgi#52", ("200", [], ""), TypeError),
    Case("status too low", "RFC 9110, 15.2: 1xx is not a final one", (199, [], ""), ValueError),
    Case("status too high", "RFC 9110, 15", (600, [], ""), ValueError),
    Case("no body", "aws-lambda-go#408", (200, [], None), TypeError),
    Case("object for a body", "UG", (200, [], {"a": 1}), TypeError),
    Case("line break in a value", "CWE-113", (200, [("A", "x\r\nSet-Cookie: y")], ""), ValueError),
    Case("line break in a name", "CWE-113", (200, [("A\nB", "x")], ""), ValueError),
    Case("NUL", "RFC 9110, 5.5", (200, [("A", "x\0")], ""), ValueError),
    Case("half a character", "RFC 3629, 3: no UTF-8 for it", (200, [], "\ud800"), ValueError),
    Case("half a character in a header", "RFC 3629, 3", (200, [("A", "\ud800")], ""), ValueError),
]

# Header names in any casing, and whether their values stay out of the log.
MASKED = [
    Case("authorization", "design", "authorization", True),
    Case("cookie", "design", "cookie", True),
    Case("proxy", "RFC 9110, 11.7.2", "proxy-authorization", True),
    Case("identity", "UG: listener-authenticate-users", "x-amzn-oidc-identity", True),
    Case("claims", "UG: listener-authenticate-users", "x-amzn-oidc-data", True),
    Case("token", "UG: listener-authenticate-users", "x-amzn-oidc-accesstoken", True),
    Case("any casing", "RFC 9110, 5.1", "X-Amzn-OIDC-Data", True),
    Case("capitals", "RFC 9110, 5.1", "AUTHORIZATION", True),
    Case("host", "only credentials are masked", "host", False),
    Case("a longer name", "only credentials are masked", "x-cookie-consent", False),
    Case("trace", "UG: load-balancer-request-tracing", "x-amzn-trace-id", False),
]

# Changes to an ALB event that no load balancer makes but people do, and the status of the answer.
MALFORMED = [
    Case("headers null", "test console", {"headers": None, "multiValueHeaders": None}, 200),
    Case(
        "query null",
        "serverless-offline",
        {"queryStringParameters": None, "multiValueQueryStringParameters": None},
        200,
    ),
    Case("value null", "test console", {"headers": {"a": None}, "multiValueHeaders": {"a": None}}, 200),
    Case("path null", "test console", {"path": None}, 200),
    Case("body null", "test console", {"body": None}, 200),
    Case("method null", "test console", {"httpMethod": None}, 200),
    Case("headers a list", "test console", {"headers": ["a"], "multiValueHeaders": ["a"]}, 500),
    Case("number for a header", "test console", {"headers": {"a": 1}, "multiValueHeaders": {"a": 1}}, 500),
    Case("number for a path", "test console", {"path": 1}, 500),
    Case("object for a body", "test console", {"body": {"a": 1}}, 500),
    Case("not base64", "test console", {"body": "?", "isBase64Encoded": True}, 500),
]

NOT_FROM_ALB = [
    Case("the console's", "walkthrough", {"key1": "value1"}, None),
    Case("empty", "walkthrough", {}, None),
    Case("null", "lambda invoke without a payload", None, None),
    Case("list", "lambda invoke", [1], None),
    Case("text", "lambda invoke", "hello", None),
    Case("null context", "lambda invoke", {"requestContext": None}, None),
    Case(
        "API Gateway",
        "API Gateway proxy event",
        {"requestContext": {"apiId": "x"}, "headers": {"cookie": "s"}},
        None,
    ),
]
