"""Transforms of listener rules, in the words of the API, and the request that comes to the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.cases import LOGS, NO_SOURCE, Case, Confidence

Api = Mapping[str, Any]
GUIDE = "user guide, Transforms for listener rules"
STATUSES = f"{LOGS}: Transform status codes"
ENTRIES = f"{LOGS}: Access log entries"
CONTROLLER = "aws-load-balancer-controller, pkg/gateway/routeutils/route_rule_transform.go"
D: Confidence = "documented"


def host_rewrite(regex: str, replace: str) -> Api:
    config = {"Rewrites": [{"Regex": regex, "Replace": replace}]}
    return {"Type": "host-header-rewrite", "HostHeaderRewriteConfig": config}


def url_rewrite(regex: str, replace: str) -> Api:
    config = {"Rewrites": [{"Regex": regex, "Replace": replace}]}
    return {"Type": "url-rewrite", "UrlRewriteConfig": config}


@dataclass(frozen=True, kw_only=True)
class TransformCase(Case):
    """A request for `target` of `host` by a rule with `transforms`. The target gets `path`, `query` and
    `to_host`, or nobody does where `status` is that of a failure: then the answer is a 500. `logged` are the
    access log's transformed_host and transformed_uri, `actions` what it says was done."""

    transforms: tuple[Api, ...]
    target: str
    host: str
    path: str
    query: str
    to_host: str
    logged: tuple[str, str]
    status: str
    actions: str = "forward"

    @property
    def fails(self) -> bool:
        return self.status not in ("-", "TransformSuccess")


def _url(
    id: str,
    fact: str,
    confidence: Confidence,
    source: str,
    rewrite: tuple[str, str],
    target: str,
    result: str | None,
    status: str = "TransformSuccess",
) -> TransformCase:
    """A URL rewrite; `result` is what `target` becomes, None where it stays."""
    path, _, query = (target if result is None else result).partition("?")
    return TransformCase(
        id=f"transform-url-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        transforms=(url_rewrite(*rewrite),),
        target=target,
        host="www.example.com",
        path=path,
        query=query,
        to_host="www.example.com",
        logged=("-", result or "-"),
        status=status,
        actions="rewrite,forward" if result else "forward",
    )


def _host(
    id: str,
    fact: str,
    confidence: Confidence,
    source: str,
    rewrite: tuple[str, str],
    host: str,
    result: str | None,
    status: str = "TransformSuccess",
) -> TransformCase:
    """A host header rewrite; `result` is what `host` becomes, None where it stays."""
    return TransformCase(
        id=f"transform-host-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        transforms=(host_rewrite(*rewrite),),
        target="/project-a?a=b",
        host=host,
        path="/project-a",
        query="a=b",
        to_host=result or host,
        logged=(result or "-", "-"),
        status=status,
    )


URLS = (
    _url(
        "query",
        "A path becomes a query string: /dp/B09G3HRMW is /product.php?id=B09G3HRMW.",
        D,
        GUIDE,
        ("^/dp/([A-Za-z0-9]+)/?$", "/product.php?id=$1"),
        "/dp/B09G3HRMW",
        "/product.php?id=B09G3HRMW",
    ),
    _url(
        "prefix",
        "A prefix is taken away.",
        D,
        "aws-load-balancer-controller, guide, URL rewrite",
        ("^\\/api\\/(.+)$", "/$1"),
        "/api/users/7",
        "/users/7",
    ),
    _url(
        "no-match",
        "Where nothing matches the original goes on.",
        D,
        GUIDE,
        ("^/old", "/new"),
        "/a?b=c",
        None,
        "-",
    ),
    _url(
        "same",
        "A rewrite that changes nothing succeeds, and the log names no URI.",
        D,
        ENTRIES,
        ("^/a", "/a"),
        "/a?b=c",
        None,
    ),
    _url(
        "query-only",
        "The query string can be rewritten too.",
        D,
        GUIDE,
        (r"\?version=1$", "?version=2"),
        "/a?version=1",
        "/a?version=2",
    ),
    _url(
        "path-without-query",
        "Path and query are matched as one: ^([^?]*) takes the path and leaves the query.",
        "computed",
        CONTROLLER,
        ("^([^?]*)", "/new"),
        "/old/path?a=%20b&c=d",
        "/new?a=%20b&c=d",
    ),
    _url(
        "to-the-end",
        "$ is the end of the query.",
        "computed",
        CONTROLLER,
        ("^/a$", "/b"),
        "/a?c=d",
        None,
        "-",
    ),
    _url("case", "The path matches in its case.", "guess", NO_SOURCE, ("^/api", "/x"), "/API", None, "-"),
    _url(
        "decoded",
        "The path that matched is percent-decoded.",
        "observed",
        "aws-load-balancer-controller#4579",
        ("^/my-service/(.*)$", "/$1"),
        "/my-service/api/items/2024-01-15T10%3A30%3A00/123",
        "/api/items/2024-01-15T10:30:00/123",
    ),
    _url(
        "not-decoded",
        "What must be escaped in a path stays so, and the query is not decoded.",
        "guess",
        "nginx, rewrite: what it escapes in a path",
        ("^/s/(.*)$", "/$1"),
        "/s/a%20b%25%3F%23%C3%A9%7B%2f?c=%3A",
        "/a%20b%25%3F%23%C3%A9%7B/?c=%3A",
    ),
    _url(
        "not-decoded-without-a-match",
        "Where nothing matches the path stays as it came.",
        D,
        GUIDE,
        ("^/other", "/"),
        "/a%3Ab",
        None,
        "-",
    ),
    _url("first", "The first match alone is replaced.", "guess", NO_SOURCE, ("a", "b"), "/aa/a", "/ba/a"),
    _url("group-0", "$0 is all that matched.", "guess", NO_SOURCE, ("^/a/.", "/x$0"), "/a/bc", "/x/a/bc"),
    _url(
        "no-group",
        "A group that took no part is empty.",
        "guess",
        NO_SOURCE,
        ("^/a(b)?", "/x$1"),
        "/ac",
        "/xc",
    ),
    _url("dollar", "A $ without a digit is a $.", "guess", NO_SOURCE, ("^/a", "/$x$"), "/a", "/$x$"),
    _url(
        "one-digit",
        "A group has one digit: $12 is $1 and a 2.",
        "guess",
        NO_SOURCE,
        ("^/(a)", "/$12"),
        "/a",
        "/a2",
    ),
    _url(
        "missing-group",
        "A group that the expression does not have is a 500.",
        "guess",
        f"{STATUSES}, for the word",
        ("^/(a)", "/$2"),
        "/a",
        None,
        "TransformReplaceError",
    ),
    _url(
        "no-slash",
        "A result that is no path is a 500.",
        D,
        f"{GUIDE}; {STATUSES}",
        ("^/a", "b"),
        "/a",
        None,
        "TransformInvalidPath",
    ),
    _url(
        "space",
        "So is one with a space.",
        "guess",
        f"{STATUSES}, for the word",
        ("^/a", "/a b"),
        "/a",
        None,
        "TransformInvalidPath",
    ),
    _url(
        "too-long",
        "So is one over 16 K; that the buffer is so long is a guess.",
        "guess",
        f"{STATUSES}, for the word",
        ("^/(.*)$", "/" + "$1" * 3),
        "/" + "a" * 8000,
        None,
        "TransformBufferTooSmall",
    ),
)

HOSTS = (
    _host(
        "group",
        "mywebsite-example.com becomes internal.dev.example.myweb.com.",
        D,
        GUIDE,
        ("^mywebsite-(.+).com$", "internal.dev.$1.myweb.com"),
        "mywebsite-example.com",
        "internal.dev.example.myweb.com",
    ),
    _host(
        "whole",
        ".* is the whole host.",
        "computed",
        CONTROLLER,
        (".*", "new.example"),
        "a.example",
        "new.example",
    ),
    _host("no-match", "Where nothing matches the host stays.", D, GUIDE, ("^b", "c"), "a.example", None, "-"),
    _host(
        "same",
        "A rewrite that changes nothing succeeds, and the log names no host.",
        D,
        ENTRIES,
        ("^a", "a"),
        "a.example",
        None,
    ),
    _host("case", "Hosts match in any case.", "guess", NO_SOURCE, ("^a[.]", "b."), "A.example", "b.example"),
    _host(
        "invalid",
        "A result that is no host is a 500.",
        D,
        f"{GUIDE}; {STATUSES}",
        ("^a", "/"),
        "a.example",
        None,
        "TransformInvalidHost",
    ),
)

BOTH = (
    TransformCase(
        id="transform-both",
        fact="A rule rewrites host and URL.",
        source=GUIDE,
        confidence=D,
        transforms=(host_rewrite("^www", "internal"), url_rewrite("^/a", "/b")),
        target="/a?c=d",
        host="www.example.com",
        path="/b",
        query="c=d",
        to_host="internal.example.com",
        logged=("internal.example.com", "/b?c=d"),
        status="TransformSuccess",
        actions="rewrite,forward",
    ),
    TransformCase(
        id="transform-both-one-matches",
        fact="One that does not match keeps the other from nothing.",
        source=GUIDE,
        confidence=D,
        transforms=(url_rewrite("^/a", "/b"), host_rewrite("^other", "internal")),
        target="/a?c=d",
        host="www.example.com",
        path="/b",
        query="c=d",
        to_host="www.example.com",
        logged=("-", "/b?c=d"),
        status="TransformSuccess",
        actions="rewrite,forward",
    ),
    TransformCase(
        id="transform-both-one-fails",
        fact="Where one fails nothing of the other is logged.",
        source=f"{ENTRIES}: transformed_uri",
        confidence="guess",
        transforms=(url_rewrite("^/a", "/b"), host_rewrite("^www", "/")),
        target="/a?c=d",
        host="www.example.com",
        path="/a",
        query="c=d",
        to_host="www.example.com",
        logged=("-", "-"),
        status="TransformInvalidHost",
    ),
    TransformCase(
        id="transform-absolute",
        fact="The authority of an absolute-form target is the host that is rewritten.",
        source=NO_SOURCE,
        confidence="guess",
        transforms=(host_rewrite("^www", "internal"),),
        target="http://www.example.net/a?c=d",
        host="www.example.com",
        path="/a",
        query="c=d",
        to_host="internal.example.net",
        logged=("internal.example.net", "-"),
        status="TransformSuccess",
    ),
)

TRANSFORMS: tuple[TransformCase, ...] = (*URLS, *HOSTS, *BOTH)
SECTIONS: dict[str, tuple[Case, ...]] = {
    "Transforms: URL": URLS,
    "Transforms: host": HOSTS,
    "Transforms together": BOTH,
}
