"""Everything the module may set, and what stands beside a load balancer, set by the AWS provider: read back
as written, and gone when destroyed.

A plan right after an apply is empty where the control plane keeps every attribute and answers with it.
"""

from __future__ import annotations

import json

from tests.parity.conftest import Life

HEADERS = {
    "access-control-allow-origin": "https://example.com",
    "access-control-allow-methods": "GET,PUT",
    "access-control-allow-headers": "X-One,X-Two",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "X-Three",
    "access-control-max-age": "86400",
    "content-security-policy": "default-src 'self'",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def test_what_was_made_is_read_back(life: Life) -> None:
    assert life.first == ""


def test_what_was_changed_is_read_back(life: Life) -> None:
    assert life.second == ""


def test_nothing_is_left(life: Life) -> None:
    kept = life.left | {"log groups": []}
    assert kept == {kind: [] for kind in life.left}


def test_a_log_group_that_skips_destroy_is_left(life: Life) -> None:
    assert life.left["log groups"] == ["/aws/lambda/provider"]


def test_moto_failed_at_nothing(life: Life) -> None:
    assert [line for line in life.log.splitlines() if " 501: " in line] == []


def test_a_listener_s_response_headers(life: Life) -> None:
    found = life.made.answers["plain"].headers
    assert {name: found.get(name) for name in HEADERS} == HEADERS
    assert "server" not in found


def test_the_function_is_told_of_tls(life: Life) -> None:
    headers = json.loads(life.made.answers["plain"].body)["multiValueHeaders"]
    assert headers["x-version"] == ["TLSv1.3"]
    assert "x-suite" in headers


def test_access_logs_go_under_their_prefix(life: Life) -> None:
    logs = {key: entries for key, entries in life.made.logs.items() if "/conn_log_" not in key}
    assert logs
    for key, entries in logs.items():
        assert key.startswith("access/AWSLogs/123456789012/elasticloadbalancing/us-east-1/")
        assert '"GET https://www.example.com:443/ HTTP/1.1"' in entries


def test_a_client_needs_a_certificate(life: Life) -> None:
    assert life.made.let_in == (False, True)


def test_connection_logs_go_under_theirs(life: Life) -> None:
    logs = {key: entries for key, entries in life.made.logs.items() if "/conn_log_" in key}
    assert logs
    for key, entries in logs.items():
        assert key.startswith("connections/AWSLogs/123456789012/elasticloadbalancing/us-east-1/")
        assert " 443 TLSv1.3 " in entries


def test_who_is_not_logged_in_meets_what_the_rule_says(life: Life) -> None:
    """on_unauthenticated_request: deny, and allow, without a name."""
    assert life.made.answers["oidc"].status == 401
    guest = life.made.answers["cognito"]
    assert guest.status == 200
    headers = json.loads(guest.body)["multiValueHeaders"]
    assert [name for name in headers if name.startswith("x-amzn-oidc-")] == []


def test_a_web_acl_is_the_load_balancer_s(life: Life) -> None:
    assert life.made.associated == "provider"
