"""Entries of the access log: fields in their order, and a line each, whatever a client sent.

User guide, "Access logs for your Application Load Balancer", "Access log entries" and "Access log files".
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from localalb.balancer import access_log
from localalb.balancer.access_log import Entry
from localalb.http.desync import Tier, Verdict
from localalb.http.message import Request

FIELDS = [
    "type",
    "time",
    "elb",
    "client:port",
    "target:port",
    "request_processing_time",
    "target_processing_time",
    "response_processing_time",
    "elb_status_code",
    "target_status_code",
    "received_bytes",
    "sent_bytes",
    "request",
    "user_agent",
    "ssl_cipher",
    "ssl_protocol",
    "target_group_arn",
    "trace_id",
    "domain_name",
    "chosen_cert_arn",
    "matched_rule_priority",
    "request_creation_time",
    "actions_executed",
    "redirect_url",
    "error_reason",
    "target:port_list",
    "target_status_code_list",
    "classification",
    "classification_reason",
    "conn_trace_id",
    "transformed_host",
    "transformed_uri",
    "request_transform_status",
    "ip_address",
]
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/0123456789abcdef"


def fields(entry: Entry) -> dict[str, str]:
    values = shlex.split(access_log.line(entry))
    assert len(values) == len(FIELDS)
    return dict(zip(FIELDS, values, strict=True))


def request(target: str = "/", **more: Any) -> Request:
    headers = (("Host", "demo.example"), ("User-Agent", "curl/8"))
    return Request("GET", target, headers, peer=("192.0.2.1", 1234), **more)


def test_a_request_that_a_function_answered() -> None:
    entry = Entry(
        request("/a?b=c", size=78), ARN, created=0.25, finished=1.5, target_duration=1.0, status=200,
        target_status=200, sent=150, target_group="arn:group", trace="Root=1-2-3", rule="0", action="forward",
    )  # fmt: skip
    assert fields(entry) == {
        "type": "http",
        "time": "1970-01-01T00:00:01.500000Z",
        "elb": "app/demo/0123456789abcdef",
        "client:port": "192.0.2.1:1234",
        "target:port": "-",
        "request_processing_time": "0.250",
        "target_processing_time": "1.000",
        "response_processing_time": "0.000",
        "elb_status_code": "200",
        "target_status_code": "200",
        "received_bytes": "78",
        "sent_bytes": "150",
        "request": "GET http://demo.example:80/a?b=c HTTP/1.1",
        "user_agent": "curl/8",
        "ssl_cipher": "-",
        "ssl_protocol": "-",
        "target_group_arn": "arn:group",
        "trace_id": "Root=1-2-3",
        "domain_name": "-",
        "chosen_cert_arn": "-",
        "matched_rule_priority": "0",
        "request_creation_time": "1970-01-01T00:00:00.250000Z",
        "actions_executed": "forward",
        "redirect_url": "-",
        "error_reason": "-",
        "target:port_list": "-",
        "target_status_code_list": "-",
        "classification": "-",
        "classification_reason": "-",
        "conn_trace_id": "-",
        "transformed_host": "-",
        "transformed_uri": "-",
        "request_transform_status": "-",
        "ip_address": "127.0.0.1",
    }


def test_one_that_reached_no_target() -> None:
    entry = Entry(request(), ARN, 0.0, 1.0, status=502, reason="LambdaAccessDenied")
    found = fields(entry)
    assert [found[name] for name in FIELDS[5:8]] == ["-1"] * 3
    assert (found["target_status_code"], found["error_reason"]) == ("-", "LambdaAccessDenied")


def test_a_long_user_agent_is_cut() -> None:
    """ "If the string is longer than 8 KB, it is truncated" (Access log entries, user_agent)."""
    asked = Request("GET", "/", (("User-Agent", "a" * 8192 + "b"),))
    assert fields(Entry(asked, ARN, 0.0))["user_agent"] == "a" * 8192


def test_what_a_transform_made() -> None:
    entry = Entry(request(connection="TID_1"), ARN, 0.0, transformed_host="b.example", transformed_uri="/b")
    entry.transform_status = "TransformSuccess"
    assert list(fields(entry).values())[29:33] == ["TID_1", "b.example", "/b", "TransformSuccess"]


def test_tls_and_http_2() -> None:
    secure: dict[str, Any] = {"secure": True, "port": 443, "cipher": ("TLSv1.3", "TLS_AES_128_GCM_SHA256")}
    first = fields(Entry(request(server_name="demo.example", certificate="arn:c", **secure), ARN, 0.0))
    assert (first["type"], first["ssl_protocol"], first["ssl_cipher"]) == (
        "https", "TLSv1.3", "TLS_AES_128_GCM_SHA256",
    )  # fmt: skip
    assert (first["domain_name"], first["chosen_cert_arn"]) == ("demo.example", "arn:c")
    second = fields(Entry(request(version="2", **secure), ARN, 0.0))
    assert (second["type"], second["request"]) == ("h2", "GET https://demo.example:443/ HTTP/2.0")


def test_what_never_became_a_request() -> None:
    assert fields(Entry(Request("-", "-"), ARN, 0.0))["request"] == "- http://-:80- -"


def test_how_far_it_strays() -> None:
    verdict = Verdict(Tier.AMBIGUOUS, "BothTeClPresent")
    found = fields(Entry(request(verdict=verdict), ARN, 0.0))
    assert (found["classification"], found["classification_reason"]) == ("Ambiguous", "BothTeClPresent")


latin = st.text(st.characters(max_codepoint=255), max_size=40)


@given(st.fixed_dictionaries(dict.fromkeys(("trace", "redirect", "reason"), latin)), latin, latin)
def test_an_entry_stays_a_line_of_as_many_fields(told: dict[str, Any], target: str, agent: str) -> None:
    sent = Request("GET", "/" + target, (("User-Agent", agent), ("Host", agent)), server_name=agent)
    entry = Entry(sent, ARN, 0.0, transformed_host=target, transformed_uri=agent, **told)
    line = access_log.line(entry)
    assert line.isascii()
    assert line.isprintable()
    assert len(re.findall(r'"[^"]*"|[^ "]+', line)) == len(FIELDS)


def test_the_key_of_an_object() -> None:
    """[prefix/]AWSLogs/account/elasticloadbalancing/region/yyyy/mm/dd/account_..._end-time_address_random"""
    key = access_log.key(ARN, "logs/", 1_800_000_000, address="192.0.2.9")
    pattern = (
        r"logs/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2027/01/15/"
        r"123456789012_elasticloadbalancing_eu-west-1_app\.demo\.0123456789abcdef_20270115T0800Z_192\.0\.2\.9_"
        r"\w{8}\.log\.gz"
    )
    assert re.fullmatch(pattern, key)
    assert access_log.key(ARN, "", 0).startswith("AWSLogs/")
