"""Listener rules, in the words of the API: which requests they take, and what they do with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cases import BALANCERS, LISTENERS, NO_SOURCE, Case, Confidence, Pairs

Api = Mapping[str, Any]
LISTENER_PEER = ("127.0.0.1", 50123)


def host(*values: str) -> Api:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def path(*values: str) -> Api:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def host_regex(*regexes: str) -> Api:
    return {"Field": "host-header", "HostHeaderConfig": {"RegexValues": list(regexes)}}


def path_regex(*regexes: str) -> Api:
    return {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": list(regexes)}}


def header_regex(name: str, *regexes: str) -> Api:
    config = {"HttpHeaderName": name, "RegexValues": list(regexes)}
    return {"Field": "http-header", "HttpHeaderConfig": config}


def header(name: str, *values: str) -> Api:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def method(*values: str) -> Api:
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": list(values)}}


def query(*pairs: tuple[str | None, str]) -> Api:
    values = [{"Value": value} if key is None else {"Key": key, "Value": value} for key, value in pairs]
    return {"Field": "query-string", "QueryStringConfig": {"Values": values}}


def source(*values: str) -> Api:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


def fixed(status: int, body: str = "", content_type: str | None = "text/plain") -> Api:
    config: dict[str, str] = {"StatusCode": str(status), "MessageBody": body}
    if content_type is not None:
        config["ContentType"] = content_type
    return {"Type": "fixed-response", "FixedResponseConfig": config}


MATCHING = "user guide, Condition types for listener rules"


@dataclass(frozen=True, kw_only=True)
class RuleCase(Case):
    """A request to a listener with rules: (priority, conditions), in no order. `taken` is the priority of the
    rule that takes it, None being the default."""

    rules: tuple[tuple[int, tuple[Api, ...]], ...]
    taken: int | None
    method: str = "GET"
    target: str = "/"
    host: str = "demo.example"
    headers: Pairs = ()
    port: int = 80
    peer: tuple[str, int] = LISTENER_PEER
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> Pairs:
        return (("Host", self.host), *self.headers)


def _takes(
    id: str,
    fact: str,
    confidence: Confidence,
    condition: Api | tuple[Api, ...],
    matches: bool,
    *,
    source: str = f"{LISTENERS}: Rule condition types",
    **request: Any,
) -> RuleCase:
    """One rule, of priority 1."""
    conditions = condition if isinstance(condition, tuple) else (condition,)
    return RuleCase(
        id=f"rule-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        rules=((1, conditions),),
        taken=1 if matches else None,
        **request,
    )


D: Confidence = "documented"
REGEXES = (
    _takes(
        "regex-path",
        "A regular expression takes the paths it matches.",
        D,
        path_regex("^\\/api\\/(.*)$"),
        True,
        target="/api/users",
        source=MATCHING,
    ),
    _takes(
        "regex-path-other",
        "It takes no others.",
        D,
        path_regex("^\\/api\\/(.*)$"),
        False,
        target="/v1/api/users",
        source=MATCHING,
    ),
    _takes(
        "regex-part",
        "It may match a part: ^/api/ takes all below /api/.",
        "observed",
        path_regex("^/[a-z]{2}(-[A-Z]{2})?/i/"),
        True,
        target="/en-GB/i/7",
        source="aws-cli#9792",
    ),
    _takes(
        "regex-path-case",
        "A path matches in its case.",
        D,
        path_regex("^/api"),
        False,
        target="/API",
        source=MATCHING,
    ),
    _takes(
        "regex-path-query",
        "The query string takes no part.",
        D,
        path_regex("b=c"),
        False,
        target="/a?b=c",
        source=MATCHING,
    ),
    _takes(
        "regex-or",
        "Any one of a condition's regular expressions suffices.",
        D,
        path_regex("^/a$", "^/b$"),
        True,
        target="/b",
        source=MATCHING,
    ),
    _takes(
        "regex-old-form",
        "They may stand beside the field.",
        D,
        {"Field": "path-pattern", "RegexValues": ["^/a$"]},
        True,
        target="/a",
        source="ELBv2 API, RuleCondition: RegexValues",
    ),
    _takes(
        "regex-host",
        "A regular expression takes the hosts it matches.",
        D,
        host_regex("^(.*)\\.example\\.com$"),
        True,
        host="test.example.com",
        source=MATCHING,
    ),
    _takes(
        "regex-host-other",
        "It takes no others.",
        D,
        host_regex("^(.*)\\.example\\.com$"),
        False,
        host="example.com",
        source=MATCHING,
    ),
    _takes(
        "regex-host-case",
        "Hosts match in any case.",
        "guess",
        host_regex("^A[.]exaMPLE$"),
        True,
        host="a.Example",
        source=NO_SOURCE,
    ),
    _takes(
        "regex-host-port",
        "The port in the Host is matched too.",
        D,
        host_regex("^a[.]example:8443$"),
        True,
        host="a.example:8443",
        source="provider 6, aws_lb_listener_rule: host_header",
    ),
    _takes(
        "regex-header",
        "A regular expression takes the headers it matches.",
        D,
        header_regex("User-Agent", ".+"),
        True,
        headers=(("user-agent", "curl/8"),),
        source=MATCHING,
    ),
    _takes(
        "regex-header-absent",
        "Where there is no such header none matches.",
        D,
        header_regex("User-Agent", ".*"),
        False,
        source=MATCHING,
    ),
    _takes(
        "regex-header-case",
        "Headers match in any case.",
        D,
        header_regex("X-A", "^CURL/[0-9]$"),
        True,
        headers=(("x-a", "curl/8"),),
        source=MATCHING,
    ),
    _takes(
        "regex-header-second",
        "Of several headers of a name one suffices.",
        D,
        header_regex("X-A", "^b$"),
        True,
        headers=(("x-a", "a"), ("x-a", "b")),
        source=f"{LISTENERS}: Rule condition types",
    ),
    _takes(
        "regex-and",
        "Regular expressions and values in one rule must all match.",
        D,
        (path_regex("^/a"), host("b.example")),
        False,
        target="/a",
        host="a.example",
        source=MATCHING,
    ),
)
HOSTS = (
    _takes("host", "A host condition takes the name it gives.", D, host("a.example"), True, host="a.example"),
    _takes(
        "host-other", "A host condition takes no other name.", D, host("a.example"), False, host="b.example"
    ),
    _takes("host-case", "Host names match in any case.", D, host("A.exaMPLE"), True, host="a.Example"),
    _takes(
        "host-star",
        "*.example.com takes test.example.com.",
        D,
        host("*.example.com"),
        True,
        host="test.example.com",
    ),
    _takes(
        "host-star-bare",
        "*.example.com does not take example.com.",
        D,
        host("*.example.com"),
        False,
        host="example.com",
    ),
    _takes("host-star-deep", "* crosses dots.", D, host("*.example.com"), True, host="a.b.example.com"),
    _takes(
        "host-star-none",
        "* may stand for nothing.",
        D,
        host("test*.example.com"),
        True,
        host="test.example.com",
    ),
    _takes("host-question", "? is one character.", D, host("?.example.com"), True, host="a.example.com"),
    _takes(
        "host-question-two",
        "? is not two characters.",
        D,
        host("?.example.com"),
        False,
        host="ab.example.com",
    ),
    _takes("host-question-none", "? is not nothing.", D, host("a?.example.com"), False, host="a.example.com"),
    _takes("host-dot", "A dot is a dot.", D, host("a.example.com"), False, host="axexample.com"),
    _takes(
        "host-whole",
        "A host condition matches the whole name.",
        D,
        host("example.com"),
        False,
        host="example.com.evil.test",
    ),
    _takes(
        "host-or",
        "Any one of a condition's values suffices.",
        D,
        host("a.example", "b.example"),
        True,
        host="b.example",
    ),
    _takes(
        "host-port",
        "The port in the Host takes no part.",
        "guess",
        host("a.example"),
        True,
        host="a.example:8080",
        source=NO_SOURCE,
    ),
    _takes(
        "host-absolute",
        "The authority of an absolute-form target is the host that rules see.",
        D,
        host("dns.example"),
        True,
        target="http://dns.example/",
        source=BALANCERS,
    ),
    _takes(
        "host-absolute-replaces",
        "The Host header is not, where the target is absolute.",
        D,
        host("demo.example"),
        False,
        target="http://dns.example/",
        source=BALANCERS,
    ),
    _takes(
        "host-preserved-absolute",
        "With preserve_host_header rules look at the Host header, not at the target.",
        D,
        host("demo.example"),
        True,
        target="http://dns.example/",
        source=BALANCERS,
        attributes={"routing.http.preserve_host_header.enabled": "true"},
    ),
    _takes(
        "host-first",
        "Of several Host headers rules see the first.",
        D,
        host("a.example"),
        True,
        host="a.example",
        headers=(("Host", "b.example"),),
        source=BALANCERS,
        attributes={"routing.http.preserve_host_header.enabled": "true"},
    ),
    _takes(
        "host-not-second",
        "Of several Host headers rules do not see the second.",
        D,
        host("b.example"),
        False,
        host="a.example",
        headers=(("Host", "b.example"),),
        source=BALANCERS,
        attributes={"routing.http.preserve_host_header.enabled": "true"},
    ),
)

PATHS = (
    _takes("path", "A path condition takes the path it gives.", D, path("/img"), True, target="/img"),
    _takes("path-case", "Paths match in their case only.", D, path("/IMG"), False, target="/img"),
    _takes("path-star", "/img/* takes /img/picture.jpg.", D, path("/img/*"), True, target="/img/picture.jpg"),
    _takes("path-star-slash", "* crosses slashes.", D, path("/img/*"), True, target="/img/a/b/c.jpg"),
    _takes(
        "path-star-middle",
        "/img/*/pics takes /img/a/b/pics.",
        D,
        path("/img/*/pics"),
        True,
        target="/img/a/b/pics",
    ),
    _takes(
        "path-star-middle-not",
        "/img/*/pics does not take /img/pics.",
        D,
        path("/img/*/pics"),
        False,
        target="/img/pics",
    ),
    _takes("path-star-none", "/img/* takes /img/.", D, path("/img/*"), True, target="/img/"),
    _takes(
        "path-star-bare",
        "/api/* does not take /api.",
        "guess",
        path("/api/*"),
        False,
        target="/api",
        source="user guide, Listeners, which says so of *.example.com",
    ),
    _takes("path-question", "? is one character.", D, path("/img/?"), True, target="/img/a"),
    _takes("path-question-none", "? is not nothing.", D, path("/img/?"), False, target="/img/"),
    _takes("path-question-two", "? is not two characters.", D, path("/img/?"), False, target="/img/ab"),
    _takes("path-whole", "A path condition matches the whole path.", D, path("/img"), False, target="/img/a"),
    _takes("path-query", "The query is not part of the path.", D, path("/img"), True, target="/img?a=/b"),
    _takes(
        "path-not-query",
        "A path condition never looks at the query.",
        D,
        path("*secret*"),
        False,
        target="/img?a=secret",
    ),
    _takes("path-dot", "A dot is a dot.", D, path("/a.b"), False, target="/axb"),
    _takes(
        "path-literals", "Other characters are themselves.", D, path("/a+b$~@:'"), True, target="/a+b$~@:'"
    ),
    _takes(
        "path-or", "Any one of a condition's values suffices.", D, path("/a", "/b", "/c"), True, target="/c"
    ),
    _takes(
        "path-slashes",
        "Double slashes are not merged.",
        "observed",
        path("/a/b"),
        False,
        target="/a//b",
        source="aws-load-balancer-controller#820",
    ),
    _takes(
        "path-encoded",
        "The path is matched as sent, not decoded.",
        "guess",
        path("/a b"),
        False,
        target="/a%20b",
        source=NO_SOURCE,
    ),
    _takes(
        "path-encoded-raw",
        "An escape in the pattern matches the same escape.",
        "guess",
        path("/a%20b"),
        True,
        target="/a%20b",
        source=NO_SOURCE,
    ),
    _takes(
        "path-dots",
        "`..` is not resolved before rules are tried.",
        "guess",
        path("/b"),
        False,
        target="/a/../b",
        source=NO_SOURCE,
    ),
    _takes(
        "path-absolute",
        "Of an absolute-form target the path is matched.",
        "guess",
        path("/img/*"),
        True,
        target="http://dns.example/img/a",
        source=NO_SOURCE,
    ),
)

AGENT = (("User-Agent", "Mozilla/5.0 Chrome/126.0 Safari/537.36"),)
HEADERS = (
    _takes(
        "header",
        "A header condition looks at the header it names.",
        D,
        header("User-Agent", "*Chrome*", "*Safari*"),
        True,
        headers=AGENT,
    ),
    _takes(
        "header-not",
        "Another value is not taken.",
        D,
        header("User-Agent", "*Firefox*"),
        False,
        headers=AGENT,
    ),
    _takes(
        "header-other",
        "Another header is not looked at.",
        D,
        header("X-Agent", "*Chrome*"),
        False,
        headers=AGENT,
    ),
    _takes(
        "header-name-case",
        "Header names match in any case.",
        D,
        header("uSER-aGENT", "*Chrome*"),
        True,
        headers=AGENT,
    ),
    _takes(
        "header-value-case",
        "Header values match in any case.",
        D,
        header("User-Agent", "*cHROME*"),
        True,
        headers=AGENT,
    ),
    _takes(
        "header-whole",
        "A header condition matches the whole value.",
        D,
        header("X-A", "b"),
        False,
        headers=(("X-A", "abc"),),
    ),
    _takes(
        "header-question", "? is one character.", D, header("X-A", "a?c"), True, headers=(("X-A", "abc"),)
    ),
    _takes(
        "header-brackets",
        "Brackets are no wildcard.",
        D,
        header("X-A", "[abc]*"),
        False,
        headers=(("X-A", "b1"),),
    ),
    _takes(
        "header-brackets-literal",
        "Brackets are themselves.",
        D,
        header("X-A", "[abc]*"),
        True,
        headers=(("X-A", "[ABC]1"),),
    ),
    _takes(
        "header-absent",
        "A header that is not there has no value, so not even * takes it.",
        D,
        header("X-A", "*"),
        False,
    ),
    _takes(
        "header-repeated",
        "A repeated header is searched in order until one value fits.",
        D,
        header("X-A", "two"),
        True,
        headers=(("X-A", "one"), ("x-a", "two")),
        source="Elastic Load Balancing API reference, HttpHeaderConditionConfig",
    ),
    _takes(
        "header-name-wildcard",
        "A wildcard in a header's name is none.",
        D,
        header("X-*", "1"),
        False,
        headers=(("X-A", "1"),),
    ),
    _takes(
        "header-forwarded-for",
        "The addresses in X-Forwarded-For can be looked at as a header.",
        D,
        header("X-Forwarded-For", "192.0.2.*"),
        True,
        headers=(("X-Forwarded-For", "192.0.2.7"),),
    ),
)

METHODS = (
    _takes(
        "method",
        "A method condition takes the method it names.",
        D,
        method("PUT", "POST"),
        True,
        method="POST",
    ),
    _takes("method-not", "Another method is not taken.", D, method("PUT"), False, method="POST"),
    _takes("method-head", "GET does not stand for HEAD.", D, method("GET"), False, method="HEAD"),
    _takes("method-case", "Methods match in their case only.", D, method("get"), False),
    _takes("method-star", "A method condition has no wildcards.", D, method("*"), False),
    _takes(
        "method-custom",
        "A method condition may name a custom method.",
        D,
        method("CUSTOM-METHOD"),
        True,
        method="CUSTOM-METHOD",
    ),
)

QUERIES = (
    _takes(
        "query",
        "A query condition takes the pair it gives.",
        D,
        query(("version", "v1")),
        True,
        target="/?a=1&version=v1",
    ),
    _takes(
        "query-other-value",
        "Another value is not taken.",
        D,
        query(("version", "v1")),
        False,
        target="/?version=v2",
    ),
    _takes(
        "query-other-key",
        "Another key is not taken.",
        D,
        query(("version", "v1")),
        False,
        target="/?release=v1",
    ),
    _takes("query-none", "A request without a query is not taken.", D, query((None, "*")), False),
    _takes(
        "query-any-key",
        "Without a key the value may be that of any.",
        D,
        query((None, "*example*")),
        True,
        target="/?a=1&b=an-example-1",
    ),
    _takes(
        "query-value-not-key",
        "Without a key only values count.",
        D,
        query((None, "example")),
        False,
        target="/?example=1",
    ),
    _takes(
        "query-key-case", "Keys match in any case.", D, query(("Version", "v1")), True, target="/?vERSION=v1"
    ),
    _takes(
        "query-value-case",
        "Values match in any case.",
        D,
        query(("version", "V1")),
        True,
        target="/?version=v1",
    ),
    _takes("query-whole", "A value is matched whole.", D, query(("a", "1")), False, target="/?a=12"),
    _takes("query-star", "* is any run of characters.", D, query(("a", "1*4")), True, target="/?a=1234"),
    _takes("query-question", "? is one character.", D, query(("a", "1?3")), True, target="/?a=123"),
    _takes(
        "query-repeated",
        "Each of a repeated key's values is looked at.",
        D,
        query(("a", "1")),
        True,
        target="/?a=1&a=2",
    ),
    _takes(
        "query-or",
        "Any one of a condition's pairs suffices.",
        D,
        query(("version", "v1"), (None, "*example*")),
        True,
        target="/?b=example",
    ),
    _takes(
        "query-escaped-star",
        "`\\*` is an asterisk.",
        D,
        query(("a", "1\\*")),
        True,
        target="/?a=1*",
        source="Elastic Load Balancing API reference, QueryStringConditionConfig",
    ),
    _takes(
        "query-escaped-star-only",
        "`\\*` is only an asterisk.",
        D,
        query(("a", "1\\*")),
        False,
        target="/?a=12",
        source="Elastic Load Balancing API reference, QueryStringConditionConfig",
    ),
    _takes(
        "query-escaped-question",
        "`\\?` is a question mark.",
        D,
        query(("a", "1\\?")),
        True,
        target="/?a=1?",
        source="Elastic Load Balancing API reference, QueryStringConditionConfig",
    ),
    _takes(
        "query-escaped-question-only",
        "`\\?` is only a question mark.",
        D,
        query(("a", "1\\?")),
        False,
        target="/?a=12",
        source="Elastic Load Balancing API reference, QueryStringConditionConfig",
    ),
    _takes(
        "query-raw",
        "The query is matched as sent: an escape in the request is not decoded.",
        "guess",
        query(("q", "a b")),
        False,
        target="/?q=a%20b",
        source=NO_SOURCE,
    ),
    _takes(
        "query-raw-escape",
        "An escape in the condition matches the same escape.",
        "guess",
        query(("q", "a%20b")),
        True,
        target="/?q=a%20b",
        source=NO_SOURCE,
    ),
)

SOURCES = (
    _takes(
        "source",
        "A source condition takes an address in its block.",
        D,
        source("192.0.2.0/24"),
        True,
        peer=("192.0.2.255", 1),
    ),
    _takes(
        "source-not",
        "An address outside is not taken.",
        D,
        source("192.0.2.0/24"),
        False,
        peer=("192.0.3.0", 1),
    ),
    _takes(
        "source-single", "/32 is one address.", D, source("198.51.100.10/32"), True, peer=("198.51.100.10", 1)
    ),
    _takes(
        "source-single-not",
        "/32 is only one address.",
        D,
        source("198.51.100.10/32"),
        False,
        peer=("198.51.100.11", 1),
    ),
    _takes(
        "source-or",
        "Any one of a condition's blocks suffices.",
        D,
        source("192.0.2.0/24", "198.51.100.10/32"),
        True,
        peer=("198.51.100.10", 1),
    ),
    _takes(
        "source-v6",
        "IPv6 blocks take IPv6 addresses.",
        D,
        source("2001:db8::/32"),
        True,
        peer=("2001:db8:1::7", 1),
    ),
    _takes(
        "source-v6-not",
        "An IPv6 address outside is not taken.",
        D,
        source("2001:db8::/32"),
        False,
        peer=("2001:db9::7", 1),
    ),
    _takes(
        "source-v4-v6",
        "An IPv4 block takes no IPv6 address.",
        D,
        source("0.0.0.0/0"),
        False,
        peer=("2001:db8::7", 1),
    ),
    _takes("source-any", "0.0.0.0/0 is every IPv4 address.", D, source("0.0.0.0/0"), True),
    _takes("source-local", "The address is the peer's.", D, source("127.0.0.0/8"), True),
    _takes(
        "source-not-forwarded",
        "X-Forwarded-For is never looked at.",
        D,
        source("192.0.2.0/24"),
        False,
        headers=(("X-Forwarded-For", "192.0.2.7"),),
    ),
)

GO = header("X-Go", "yes")
COMBINED = (
    _takes(
        "and",
        "All of a rule's conditions must hold.",
        D,
        (path("/a"), method("GET"), GO),
        True,
        target="/a",
        headers=(("X-Go", "yes"),),
    ),
    _takes(
        "and-not",
        "One condition that does not hold is enough.",
        D,
        (path("/a"), method("GET"), GO),
        False,
        target="/a",
    ),
    _takes(
        "and-headers",
        "Several header conditions must all hold.",
        D,
        (header("A", "1"), header("B", "2")),
        False,
        headers=(("A", "1"), ("B", "1")),
    ),
    _takes(
        "and-same-header",
        "Two conditions on one header must both hold.",
        D,
        (header("A", "*x*"), header("A", "*y*")),
        True,
        headers=(("A", "xy"),),
    ),
    _takes(
        "and-queries",
        "Several query conditions must all hold.",
        D,
        (query(("a", "1")), query(("b", "2"))),
        False,
        target="/?a=1",
    ),
    RuleCase(
        id="rule-priority",
        fact="The rule of the lowest priority number that fits takes the request.",
        source=f"{LISTENERS}: Rule priority",
        confidence=D,
        rules=((20, (path("/a*"),)), (3, (path("/ab"),)), (100, (path("*"),))),
        target="/ab",
        taken=3,
    ),
    RuleCase(
        id="rule-priority-number",
        fact="Priorities are numbers: 9 comes before 10.",
        source=f"{LISTENERS}: Rule priority",
        confidence=D,
        rules=((10, (path("*"),)), (9, (path("*"),))),
        taken=9,
    ),
    RuleCase(
        id="rule-priority-next",
        fact="A rule that does not fit leaves the request to the next.",
        source=f"{LISTENERS}: Rule priority",
        confidence=D,
        rules=((1, (path("/b"),)), (2, (path("/a"),)), (3, (path("/a"),))),
        target="/a",
        taken=2,
    ),
    RuleCase(
        id="rule-default",
        fact="The default rule takes what no other does.",
        source=f"{LISTENERS}: Default rules",
        confidence=D,
        rules=((1, (path("/b"),)), (50000, (method("PUT"),))),
        target="/a",
        taken=None,
    ),
)


@dataclass(frozen=True, kw_only=True)
class RedirectCase(Case):
    """A redirect in the words of the API, a request, and where it is sent."""

    config: Api
    location: str
    status: int = 301
    target: str = "/path?a=1&b=2"
    host: str = "demo.example"
    port: int = 80
    secure: bool = False


UNCHANGED = {
    "Protocol": "#{protocol}",
    "Port": "#{port}",
    "Host": "#{host}",
    "Path": "/#{path}",
    "Query": "#{query}",
}


def _redirect(
    id: str,
    fact: str,
    location: str,
    confidence: Confidence = D,
    status: int = 301,
    source: str = f"{LISTENERS}: Redirect actions",
    request: Mapping[str, Any] | None = None,
    **config: str,
) -> RedirectCase:
    return RedirectCase(
        id=f"redirect-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        config={**UNCHANGED, "StatusCode": f"HTTP_{status}", **config},
        location=location,
        status=status,
        **(request or {}),
    )


PORT_SEEN = "aws-load-balancer-controller#2541, Internet.nl#1291"
REDIRECTS = (
    _redirect(
        "https",
        "HTTP to HTTPS keeps host, path and query, and names the port even where it is the usual one.",
        "https://demo.example:443/path?a=1&b=2",
        "observed",
        source=PORT_SEEN,
        Protocol="HTTPS",
        Port="443",
    ),
    _redirect(
        "302",
        "HTTP_302 is a 302.",
        "https://demo.example:443/path?a=1&b=2",
        status=302,
        Protocol="HTTPS",
        Port="443",
    ),
    _redirect(
        "no-query",
        "Without a query the location has no question mark.",
        "https://demo.example:443/path",
        "observed",
        source=PORT_SEEN,
        request={"target": "/path"},
        Protocol="HTTPS",
        Port="443",
    ),
    _redirect(
        "root",
        "#{path} of the root is empty.",
        "http://new.example:80/",
        request={"target": "/"},
        Host="new.example",
    ),
    _redirect("host", "A host of its own.", "http://new.example:80/path?a=1&b=2", Host="new.example"),
    _redirect(
        "host-part",
        "#{host} may be part of a host.",
        "http://www.demo.example:80/path?a=1&b=2",
        Host="www.#{host}",
    ),
    _redirect(
        "port",
        "A port of its own.",
        "https://demo.example:40443/path?a=1&b=2",
        Protocol="HTTPS",
        Port="40443",
    ),
    _redirect(
        "port-kept",
        "#{port} is the listener's port.",
        "http://demo.example:8080/new?a=1&b=2",
        Path="/new",
        request={"port": 8080},
    ),
    _redirect("path", "A path of its own.", "http://demo.example:80/new?a=1&b=2", Path="/new"),
    _redirect(
        "path-prefix",
        "#{path} is the path without its first slash.",
        "http://demo.example:80/new/path?a=1&b=2",
        Path="/new/#{path}",
    ),
    _redirect(
        "path-others",
        "#{host} and #{port} may stand in the path.",
        "http://demo.example:80/demo.example/80/path?a=1&b=2",
        Path="/#{host}/#{port}/#{path}",
    ),
    _redirect(
        "query", "A query of its own.", "http://new.example:80/path?x=y", Host="new.example", Query="x=y"
    ),
    _redirect(
        "query-added",
        "#{query} may be part of a query.",
        "http://new.example:80/path?x=y&a=1&b=2",
        Host="new.example",
        Query="x=y&#{query}",
    ),
    _redirect(
        "query-removed",
        "An empty query removes it.",
        "http://new.example:80/path",
        Host="new.example",
        Query="",
    ),
    _redirect(
        "query-all",
        "Every part may stand in the query.",
        "http://new.example:80/path?p=http&h=demo.example&n=80&d=path&q=a=1&b=2",
        Host="new.example",
        Query="p=#{protocol}&h=#{host}&n=#{port}&d=#{path}&q=#{query}",
    ),
    _redirect(
        "secure",
        "HTTPS to HTTPS keeps the protocol.",
        "https://new.example:443/path?a=1&b=2",
        Host="new.example",
        request={"port": 443, "secure": True},
    ),
    _redirect(
        "host-port",
        "#{host} is the host without the port of the Host header.",
        "https://demo.example:443/path?a=1&b=2",
        "guess",
        source=NO_SOURCE,
        Protocol="HTTPS",
        Port="443",
        request={"host": "demo.example:80"},
    ),
    _redirect(
        "escapes",
        "Escapes in path and query are left as sent.",
        "http://new.example:80/a%20b?c=%C3%A9",
        "guess",
        source=NO_SOURCE,
        Host="new.example",
        request={"target": "/a%20b?c=%C3%A9"},
    ),
    RedirectCase(
        id="redirect-left-out",
        fact="Parts that the action leaves out keep their values.",
        source="Elastic Load Balancing API reference, RedirectActionConfig",
        confidence=D,
        config={"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
        location="https://demo.example:443/path?a=1&b=2",
    ),
)


@dataclass(frozen=True, kw_only=True)
class FixedCase(Case):
    """A fixed response in the words of the API, and what is sent."""

    action: Api
    status: int
    phrase: str
    content_type: str
    body: bytes


def _fixed(
    id: str, fact: str, action: Api, phrase: str, content_type: str, body: bytes, confidence: Confidence = D
) -> FixedCase:
    return FixedCase(
        id=f"fixed-{id}",
        fact=fact,
        source=f"{LISTENERS}: Fixed-response actions" if confidence == D else NO_SOURCE,
        confidence=confidence,
        action=action,
        status=int(action["FixedResponseConfig"]["StatusCode"]),
        phrase=phrase,
        content_type=content_type,
        body=body,
    )


FIXED = (
    _fixed(
        "text",
        "Status, type and body are the action's.",
        fixed(200, "Hello world"),
        "OK",
        "text/plain",
        b"Hello world",
    ),
    *(
        _fixed(
            type_.replace("/", "-"), f"The type may be {type_}.", fixed(200, "x", type_), "OK", type_, b"x"
        )
        for type_ in ("text/css", "text/html", "application/javascript", "application/json")
    ),
    _fixed("403", "A 4XX.", fixed(403, "no"), "Forbidden", "text/plain", b"no"),
    _fixed(
        "503",
        "A 5XX; its phrase is that of ALB's own page.",
        fixed(503, "later"),
        "Service Temporarily Unavailable",
        "text/plain",
        b"later",
        "guess",
    ),
    _fixed("utf-8", "The body is UTF-8.", fixed(200, "é"), "OK", "text/plain", "é".encode(), "guess"),
    _fixed("empty", "Without a body it is empty.", fixed(200), "OK", "text/plain", b"", "guess"),
    _fixed(
        "no-type",
        "Without a type it is text/plain.",
        fixed(200, "x", None),
        "OK",
        "text/plain",
        b"x",
        "guess",
    ),
)


@dataclass(frozen=True, kw_only=True)
class WeightCase(Case):
    """Weighted target groups, and the share of requests that each gets (in sum 1). None: there is none to
    forward to."""

    weights: tuple[int, ...]
    shares: tuple[float, ...] | None


def _weights(
    id: str, fact: str, confidence: Confidence, weights: tuple[int, ...], shares: tuple[float, ...] | None
) -> WeightCase:
    return WeightCase(
        id=f"weights-{id}",
        fact=fact,
        source=f"{LISTENERS}: Forward actions" if confidence == D else NO_SOURCE,
        confidence=confidence,
        weights=weights,
        shares=shares,
    )


WEIGHTS = (
    _weights("one", "One target group gets everything.", D, (1,), (1.0,)),
    _weights("halves", "Two groups of one weight, 10 and 10, get half each.", D, (10, 10), (0.5, 0.5)),
    _weights(
        "double", "A group of weight 20 gets twice what one of weight 10 does.", D, (10, 20), (1 / 3, 2 / 3)
    ),
    _weights("zero", "A group of weight 0 gets nothing.", D, (0, 1, 0), (0.0, 1.0, 0.0)),
    _weights("most", "999 is the highest weight.", D, (999, 1), (0.999, 0.001)),
    _weights("none", "Where every weight is 0 the answer is 503.", "guess", (0, 0), None),
)

STICKY = "user guide, Sticky sessions; user guide, Listeners: Forward actions"


@dataclass(frozen=True, kw_only=True)
class StickyCase(Case):
    """Two target groups of equal weight, and a client that sends one of the cookies back or makes one up.

    `given` says whether the response to a first request sets the cookies, `stays` whether a client that
    sends `cookie` back keeps its group. `reason` is the access log's, of a request that fails.
    """

    enabled: bool
    given: bool
    cookie: str
    stays: bool
    reason: str = ""


STICKINESS = (
    StickyCase(
        id="sticky",
        fact="With stickiness a response sets AWSALBTG, and who sends it back keeps the target group.",
        source=STICKY,
        confidence=D,
        enabled=True,
        given=True,
        cookie="AWSALBTG",
        stays=True,
    ),
    StickyCase(
        id="sticky-cors",
        fact="AWSALBTGCORS is set beside it, with SameSite=None and Secure, and serves as well.",
        source=STICKY,
        confidence=D,
        enabled=True,
        given=True,
        cookie="AWSALBTGCORS",
        stays=True,
    ),
    StickyCase(
        id="sticky-forged",
        fact="A cookie that ALB did not make does not bind to a group.",
        source=f"{STICKY}: the cookie is encrypted",
        confidence=D,
        enabled=True,
        given=True,
        cookie="forged",
        stays=False,
    ),
    StickyCase(
        id="sticky-url-encoded",
        fact="One that came URL-encoded is a 400, and the access log says AWSALBTGCookieInvalid.",
        source="user guide, Access logs: Error reason codes; the status is a guess",
        confidence="guess",
        enabled=True,
        given=True,
        cookie="encoded",
        stays=False,
        reason="AWSALBTGCookieInvalid",
    ),
    StickyCase(
        id="sticky-off",
        fact="Without stickiness there are no such cookies.",
        source=STICKY,
        confidence=D,
        enabled=False,
        given=False,
        cookie="forged",
        stays=False,
    ),
)

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Rules: host": HOSTS,
    "Rules: path": PATHS,
    "Rules: header": HEADERS,
    "Rules: method": METHODS,
    "Rules: query": QUERIES,
    "Rules: source address": SOURCES,
    "Rules: regular expressions": REGEXES,
    "Rules: conditions together, priorities": COMBINED,
    "Redirects": REDIRECTS,
    "Fixed responses": FIXED,
    "Weighted target groups": (*WEIGHTS, *STICKINESS),
}
RULES = (*HOSTS, *PATHS, *HEADERS, *METHODS, *QUERIES, *SOURCES, *REGEXES, *COMBINED)
