"""The handler, in both event modes, without a load balancer: what it reads, answers, logs and survives."""

from __future__ import annotations

import ast
import base64
import copy
import html
import json
import logging
import random
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import alb
import handler_cases as cases
import lambda_function
import pytest
from hypothesis import given
from hypothesis import strategies as st

Mode = cases.Mode
Case = cases.Case

SOURCES = sorted(Path(alb.__file__).parent.glob("**/*.py"))
CONTEXT = SimpleNamespace(aws_request_id="8f5c0ffe-0000-4000-8000-000000000001")

in_both_modes = pytest.mark.parametrize("mode", cases.MODES)


def table(rows: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", rows, ids=lambda case: case.id)


def call(mode: Mode, event: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The handler's result, checked to be one ALB takes, and its headers in the shape of multi mode."""
    result = lambda_function.lambda_handler(event, CONTEXT)
    assert cases.why_502(result, mode) is None
    if mode == "multi":
        return result, result["multiValueHeaders"]
    return result, {name: [value] for name, value in result["headers"].items()}


# ------------------------------------------------------------------------------------------ event -> request


@in_both_modes
@table(cases.QUERY)
def test_query(mode: Mode, case: Case) -> None:
    assert alb.parse(cases.alb_event(mode, query=case.given)).query == case.wanted(mode)


@in_both_modes
@table(cases.PATHS)
def test_path(mode: Mode, case: Case) -> None:
    request = alb.parse(cases.alb_event(mode, path=case.given))
    assert request.path == case.expected
    assert request.raw_path == (case.given or "/")


@in_both_modes
@table(cases.HEADERS)
def test_headers(mode: Mode, case: Case) -> None:
    request = alb.parse(cases.alb_event(mode, headers=case.given))
    assert request.headers == case.wanted(mode)


@in_both_modes
def test_header_is_found_in_any_casing_and_joined(mode: Mode) -> None:
    request = alb.parse(cases.alb_event(mode, headers=[("x-a", "1"), ("x-a", "2")]))
    assert request.header("X-A") == ("1, 2" if mode == "multi" else "2")
    assert request.header("X-B") == ""
    assert request.header("X-B", "none") == "none"


@in_both_modes
@table(cases.COOKIES)
def test_cookies(mode: Mode, case: Case) -> None:
    request = alb.parse(cases.alb_event(mode, headers=[("cookie", value) for value in case.given]))
    assert request.cookies == case.wanted(mode)
    assert list(request.cookies) == list(case.wanted(mode))


@in_both_modes
@table(cases.BODIES)
def test_body(mode: Mode, case: Case) -> None:
    body, is_base64 = case.given
    assert alb.parse(cases.alb_event(mode, body=body, is_base64=is_base64)).body == case.expected


@in_both_modes
def test_mode_and_method(mode: Mode) -> None:
    request = alb.parse(cases.alb_event(mode, "PATCH"))
    assert (request.multi_value, request.method) == (mode == "multi", "PATCH")


def test_either_multi_value_field_shows_the_mode() -> None:
    event = cases.alb_event("multi")
    for name in ("multiValueHeaders", "multiValueQueryStringParameters"):
        assert alb.is_multi_value({key: value for key, value in event.items() if key != name})


@in_both_modes
@table(cases.ACCEPT)
def test_prefers(mode: Mode, case: Case) -> None:
    headers = [] if case.given is None else [("accept", case.given)]
    request = alb.parse(cases.alb_event(mode, headers=headers))
    assert request.prefers(cases.HTML, cases.JSON) == case.expected


def test_several_accept_headers_count_as_one() -> None:
    headers = [("accept", "text/html;q=0.1"), ("accept", "application/json")]
    assert alb.parse(cases.alb_event("multi", headers=headers)).prefers(cases.HTML, cases.JSON) == cases.JSON


# ----------------------------------------------------------------------------------------- response -> result


@in_both_modes
@table(cases.RENDERED_HEADERS)
def test_rendered_headers(mode: Mode, case: Case) -> None:
    result = alb.render(alb.Response(200, case.given), cases.alb_event(mode))
    assert cases.why_502(result, mode) is None
    assert result["headers" if mode == "single" else "multiValueHeaders"] == case.wanted(mode)


@in_both_modes
@table(cases.RENDERED_BODIES)
def test_rendered_body(mode: Mode, case: Case) -> None:
    result = alb.render(alb.Response(200, [], case.given), cases.alb_event(mode))
    assert (result["body"], result["isBase64Encoded"]) == case.expected


@in_both_modes
@table(cases.STATUSES)
def test_rendered_status(mode: Mode, case: Case) -> None:
    result = alb.render(alb.Response(case.given), cases.alb_event(mode))
    assert (result["statusCode"], result["statusDescription"]) == (case.given, case.expected)


@in_both_modes
@table(cases.REFUSED)
def test_refused(mode: Mode, case: Case) -> None:
    with pytest.raises(case.expected):
        alb.render(alb.Response(*case.given), cases.alb_event(mode))


@in_both_modes
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_no_body_where_http_has_none(mode: Mode, method: str, status: int) -> None:
    for body in ("text", b"bytes"):
        result = alb.render(alb.Response(status, [], body), cases.alb_event(mode, method))
        assert (result["body"], result["isBase64Encoded"]) == ("", False)


def test_single_mode_has_512_spellings_of_set_cookie_and_no_more() -> None:
    cookies = [("Set-Cookie", f"c{n}={n}") for n in range(512)]
    headers = alb.render(alb.Response(200, cookies), cases.alb_event("single"))["headers"]
    assert sorted(headers.values()) == sorted(value for _, value in cookies)
    assert {name.lower() for name in headers} == {"set-cookie"}
    with pytest.raises(ValueError, match="513 cookies"):
        alb.render(alb.Response(200, [*cookies, ("Set-Cookie", "x=y")]), cases.alb_event("single"))


@in_both_modes
@pytest.mark.parametrize(
    "letter",
    ["x", "é", '"', "\x01", "\U0001f600"],
    ids=["ASCII", "two bytes", "escaped", "control", "two escapes"],
)
def test_largest_result(mode: Mode, letter: str) -> None:
    """1 MB of JSON, counted as the runtime writes it (awslambdaric, lambda_runtime_marshaller)."""

    def written(result: dict[str, Any]) -> int:
        return len(json.dumps(result, ensure_ascii=sys.version_info < (3, 12)).encode())

    event = cases.alb_event(mode)
    empty = written(alb.render(alb.Response(200), event))
    room, each = (
        alb.MAX_RESULT_BYTES - empty,
        written(alb.render(alb.Response(200, [], letter), event)) - empty,
    )
    body = letter * (room // each) + "x" * (room % each)
    assert written(alb.render(alb.Response(200, [], body), event)) == 1024 * 1024
    with pytest.raises(ValueError, match="LambdaResponseTooLarge"):
        alb.render(alb.Response(200, [], body + "x"), event)


@in_both_modes
@pytest.mark.parametrize(
    "headers",
    [[("A", "x" * 2**20)], [(f"{n}", "") for n in range(2**17)], [("", "")] * 2**19],
    ids=["long", "many", "empty"],
)
def test_headers_count_too(mode: Mode, headers: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="LambdaResponseTooLarge"):
        alb.render(alb.Response(200, headers), cases.alb_event(mode))


# ---------------------------------------------------------------------------------------------------- routes


@in_both_modes
@table(cases.ROUTES)
def test_route(mode: Mode, case: Case) -> None:
    result, headers = call(mode, cases.alb_event(mode, *case.given))
    status, content_type, body, allow = case.expected
    assert (result["statusCode"], result["body"], result["isBase64Encoded"]) == (status, body, False)
    assert headers["Content-Type"] == [content_type]
    assert headers.get("Allow") == (allow and [allow])


@in_both_modes
@table(cases.ACCEPT)
def test_greeting_is_negotiated(mode: Mode, case: Case) -> None:
    headers = [] if case.given is None else [("accept", case.given)]
    result, answered = call(mode, cases.alb_event(mode, headers=headers))
    assert result["statusDescription"] == "200 OK"
    assert answered == {"Content-Type": [case.expected], "Vary": ["Accept"]}
    bodies = {cases.HTML: "<h1>Hello from Lambda!</h1>", cases.JSON: '"Hello from Lambda!"'}
    assert result["body"] == bodies[case.expected]


@in_both_modes
def test_health_check_event(mode: Mode) -> None:
    event = cases.alb_event(mode, headers=[("user-agent", "ELB-HealthChecker/2.0")])
    assert call(mode, event)[0]["statusCode"] == 200


@in_both_modes
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_echo(mode: Mode, method: str) -> None:
    event = cases.alb_event(
        mode,
        method,
        "/%65cho",
        query=[("name", "foo"), ("name", "b%20r")],
        headers=[("host", "demo.example"), ("x", "1"), ("x", "2"), ("cookie", "a=1; b=2")],
        body="<naïve>",
    )
    result, headers = call(mode, event)
    assert headers["Content-Type"] == ["application/json"]
    both = mode == "multi"
    assert json.loads(result["body"]) == {
        "method": method,
        "path": "/echo",
        "rawPath": "/%65cho",
        "query": {"name": ["foo", "b r"] if both else ["b r"]},
        "headers": {"host": ["demo.example"], "x": ["1", "2"] if both else ["2"], "cookie": ["a=1; b=2"]},
        "cookies": {"a": "1", "b": "2"},
        "body": "<naïve>",
        "isBase64Encoded": False,
        "multiValue": both,
    }


@in_both_modes
def test_echo_of_bytes_is_base64(mode: Mode) -> None:
    body = base64.b64encode(b"\xff\x00").decode()
    result, _ = call(mode, cases.alb_event(mode, "POST", "/echo", body=body, is_base64=True))
    echoed = json.loads(result["body"])
    assert (echoed["body"], echoed["isBase64Encoded"]) == (body, True)


@in_both_modes
def test_echo_as_a_page_is_escaped(mode: Mode) -> None:
    attack = "</pre><script>alert('é')</script>"
    headers = [("accept", "text/html"), ("x", attack)]
    result, answered = call(mode, cases.alb_event(mode, "POST", "/echo", headers=headers, body=attack))
    assert answered["Content-Type"] == ["text/html"]
    page = result["body"]
    assert "<script" not in page
    assert page.isascii()  # so that no charset has to be named
    echoed = json.loads(html.unescape(page[page.index("<pre>") + 5 : page.index("</pre>")]))
    assert echoed["body"] == attack


# ---------------------------------------------------------------------------------------------------- errors


@in_both_modes
@table(cases.MALFORMED)
def test_malformed_event_gets_a_response(mode: Mode, case: Case) -> None:
    event = cases.alb_event(mode)
    event.update({key: value for key, value in case.given.items() if key in event})
    assert call(mode, event)[0]["statusCode"] == case.expected


@in_both_modes
@pytest.mark.parametrize("context", [CONTEXT, None], ids=["context", "no context"])
def test_exception_becomes_a_500(
    mode: Mode, context: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: alb.Request) -> alb.Response:
        raise KeyError("a secret detail")

    monkeypatch.setattr(lambda_function, "ROUTES", {"/": {"GET": broken}})
    result = lambda_function.lambda_handler(cases.alb_event(mode), context)
    assert cases.why_502(result, mode) is None
    assert (result["statusCode"], result["statusDescription"]) == (500, "500 Internal Server Error")
    request_id = context.aws_request_id if context else "unknown"
    assert request_id in result["body"]
    assert "secret" not in json.dumps(result)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert request_id in record.getMessage()
    assert record.exc_info
    assert "a secret detail" in caplog.text
    assert "Traceback" in caplog.text


@in_both_modes
@pytest.mark.parametrize("answer", [None, {"statusCode": 200}, alb.Response(200, [], "x" * 2**20)])
def test_what_alb_would_refuse_becomes_a_500(
    mode: Mode, answer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lambda_function, "ROUTES", {"/": {"GET": lambda _: answer}})
    assert call(mode, cases.alb_event(mode))[0]["statusCode"] == 500
    assert len(caplog.records) == 1


def test_an_echo_that_outgrows_the_limit_is_a_500() -> None:
    body = base64.b64encode(random.Random(1).randbytes(900_000)).decode()
    assert (
        call("single", cases.alb_event("single", "POST", "/echo", body=body, is_base64=True))[0]["statusCode"]
        == 500
    )


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@in_both_modes
@given(
    path=st.sampled_from(["/", "/echo", "/health"]),
    changes=st.dictionaries(
        st.sampled_from(sorted({*cases.alb_event("single"), *cases.alb_event("multi")} - {"requestContext"})),
        anything,
    ),
    keep_path=st.booleans(),
)
def test_no_alb_event_raises(mode: Mode, path: str, changes: dict[str, Any], keep_path: bool) -> None:
    event = {**cases.alb_event(mode), **changes}
    if keep_path:
        event["path"] = path
    call("multi" if alb.is_multi_value(event) else "single", event)


# -------------------------------------------------------------------------------- other events, and the log


@table(cases.NOT_FROM_ALB)
def test_event_without_a_load_balancer(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    expected = {"statusCode": 200, "body": json.dumps("Hello from Lambda!")}
    assert lambda_function.lambda_handler(copy.deepcopy(case.given), CONTEXT) == expected
    (line,) = capsys.readouterr().out.splitlines()
    logged = json.loads(line)
    if isinstance(case.given, dict) and "headers" in case.given:
        assert logged == {**case.given, "headers": {"cookie": "***"}}
    else:
        assert logged == case.given


@in_both_modes
@table(cases.MASKED)
def test_credentials_are_masked_in_the_log(
    mode: Mode, case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = [("accept", "*/*"), (case.given, "s3cret-1"), (case.given, "s3cret-2")]
    event = cases.alb_event(mode, headers=headers)
    before = copy.deepcopy(event)
    call(mode, event)
    assert event == before
    line = capsys.readouterr().out
    assert ("s3cret" not in line) is case.expected
    values = ["***", "***"] if case.expected else ["s3cret-1", "s3cret-2"]
    name = "headers" if mode == "single" else "multiValueHeaders"
    before[name][case.given] = values if mode == "multi" else values[-1]
    assert json.loads(line) == before


@in_both_modes
def test_an_event_is_one_line(mode: Mode, capsys: pytest.CaptureFixture[str]) -> None:
    event = cases.alb_event(mode, "POST", "/echo", body="a\nb\u2028c\x85d")
    call(mode, event)
    out = capsys.readouterr().out
    assert out.endswith("\n")
    assert len(out.splitlines()) == 1
    assert json.loads(out) == event


# ------------------------------------------------------------------------------------------- the code itself


@in_both_modes
def test_a_page_needs_no_module_that_is_slow_to_import(mode: Mode) -> None:
    """A cold start is as fast as what it imports; these took half of it."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import json, lambda_function\n"
        "assert lambda_function.lambda_handler(json.load(sys.stdin), None)['statusCode'] == 200\n"
        "print(*{'dataclasses', 'inspect', 'http', 'html', 'email'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(Path(alb.__file__).parent)],
        input=json.dumps(cases.alb_event(mode)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.split() == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_only_the_standard_library_of_python_3_9(source: Path) -> None:
    tree = ast.parse(source.read_text(), feature_version=(3, 9))
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "Lambda loads the file as a top-level module"
            imported.add((node.module or "").split(".")[0])
    own = {path.stem for path in SOURCES}
    assert imported - own <= sys.stdlib_module_names
