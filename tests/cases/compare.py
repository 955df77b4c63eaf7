"""What a row lays down of an event, and the same parts of an event: equal in both runs, or the row fails."""

from __future__ import annotations

from typing import Any

from tests.cases import Mode, shaped
from tests.cases.requests import RequestCase

PAIRS: dict[Mode, tuple[str, str]] = {
    "single": ("headers", "queryStringParameters"),
    "multi": ("multiValueHeaders", "multiValueQueryStringParameters"),
}
FIELDS = ("requestContext", "httpMethod", "path", "body", "isBase64Encoded")


def wanted(case: RequestCase, mode: Mode) -> dict[str, Any]:
    return {
        "keys": {*FIELDS, *PAIRS[mode]},
        "fields": dict(case.event),
        "query": None if case.query is None else shaped(case.query, mode),
        "headers": shaped(case.header, mode),
        "names": list(case.names),
        "there but should be absent": set(),
    }


def found(event: Any, case: RequestCase, mode: Mode) -> dict[str, Any]:
    headers_field, query_field = PAIRS[mode]
    headers = event.get(headers_field) or {}
    return {
        "keys": set(event),
        "fields": {name: event[name] for name in case.event if name in event},
        "query": None if case.query is None else event.get(query_field),
        "headers": {name: value for name, value in headers.items() if case.whole or name in case.header},
        "names": list(headers) if case.names else [],
        "there but should be absent": {name for name in case.absent if name in headers},
    }
