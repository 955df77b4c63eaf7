"""A rule's transforms, without a socket."""

from __future__ import annotations

import pytest

from localalb.balancer import transforms
from localalb.control_plane.discovery import rules as read_rules
from localalb.http.message import Request
from tests.cases.transforms import TRANSFORMS, TransformCase, host_rewrite, url_rewrite


@pytest.mark.parametrize("case", TRANSFORMS, ids=lambda case: case.id)
def test_transform(case: TransformCase) -> None:
    request = Request("GET", case.target, (("Host", case.host), ("X-Other", "1")))
    found = transforms.rewritten(map(read_rules.transform, case.transforms), request)
    if not case.fails:
        to = found.request
        assert (to.path, to.query, to.first("x-other")) == (case.path, case.query, "1")
        assert (to.authority or to.first("host")) == case.to_host
    assert (found.host or "-", found.uri or "-") == case.logged
    assert (found.status or "-") == case.status
    assert bool(found.why) == case.fails


def test_http_1_0_without_host_has_none_to_rewrite() -> None:
    """User guide, "Access log entries": transformed_host."""
    request = Request("GET", "/a", version="1.0")
    found = transforms.rewritten([read_rules.transform(host_rewrite(".*", "b.example"))], request)
    assert found == transforms.Rewritten(request)


@pytest.mark.parametrize("regex", ["(a+)+$", "(a|aa)+$", "(a*)*b"])
def test_no_expression_takes_long(regex: str) -> None:
    """Each backtracks for longer than anybody waits elsewhere; the request is 10 KB of a, and more."""
    request = Request("GET", "/" + "a" * 10_000 + "!", (("Host", "demo.example"),))
    found = transforms.rewritten([read_rules.transform(url_rewrite(regex, "/b"))], request)
    assert found.request is request
