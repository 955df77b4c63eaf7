"""Conditions of listener rules, where tests/cases/rules.py has no words of AWS's for it."""

from __future__ import annotations

import pytest

from localalb.balancer.condition import Condition
from localalb.http.message import Request


@pytest.mark.parametrize(
    ("key", "value", "holds"),
    [
        ("a", "b=c", True),
        ("a", "*c", True),
        (None, "b=c", True),
        (None, "c", False),
        ("a=b", "c", False),
        ("a*", "c", False),
        ("a??", "c", False),
        ("*", "b=?", True),
    ],
)
def test_a_key_ends_at_the_first_equals_sign(key: str | None, value: str, holds: bool) -> None:
    """As everywhere in a query (`http.message.Request.query_pairs`)."""
    condition = Condition("query-string", pairs=((key, value),))
    assert bool(condition.holds(Request("GET", "/?a=b=c"))) is holds


@pytest.mark.parametrize("field", ["path-pattern", "host-header", "http-header", "query-string"])
def test_without_values_it_never_holds(field: str) -> None:
    request = Request("GET", "/?=", (("Host", ""), ("X-A", "")))
    assert not Condition(field, header="X-A").holds(request)
