"""Entries of the connection log: user guide, "Connection logs for your Application Load Balancer"."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime

from localalb.balancer import connection_log
from localalb.balancer.client_certificate import Leaf
from localalb.balancer.connection_log import Opened
from localalb.balancer.delivery import Deliveries
from localalb.balancer.topology import LoadBalancer
from localalb.control_plane.log_test_files import files

FIELDS = [
    "timestamp",
    "client_ip",
    "client_port",
    "listener_port",
    "tls_protocol",
    "tls_cipher",
    "tls_handshake_latency",
    "leaf_client_cert_subject",
    "leaf_client_cert_validity",
    "leaf_client_cert_serial_number",
    "tls_verify_status",
    "conn_trace_id",
    "tls_keyexchange",
    "elb",
    "ip_address",
]
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/0123456789abcdef"
OPENED = Opened(ARN, "TID_1", ("192.0.2.1", 1234), 443, 1.5, ("TLSv1.3", "TLS_AES_128_GCM_SHA256"), 0.0042)


def fields(opened: Opened) -> dict[str, str]:
    return dict(zip(FIELDS, shlex.split(connection_log.line(opened)), strict=True))


def test_a_connection_over_tls() -> None:
    assert fields(OPENED) == {
        "timestamp": "1970-01-01T00:00:01.500000Z",
        "client_ip": "192.0.2.1",
        "client_port": "1234",
        "listener_port": "443",
        "tls_protocol": "TLSv1.3",
        "tls_cipher": "TLS_AES_128_GCM_SHA256",
        "tls_handshake_latency": "0.004",
        "leaf_client_cert_subject": "-",
        "leaf_client_cert_validity": "-",
        "leaf_client_cert_serial_number": "-",
        "tls_verify_status": "Success",
        "conn_trace_id": "TID_1",
        "tls_keyexchange": "-",
        "elb": "app/demo/0123456789abcdef",
        "ip_address": "127.0.0.1",
    }


def test_a_client_with_a_certificate() -> None:
    """As the guide's example has it ("Example log entries")."""
    validity = "NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z"
    subject = "CN=amazondomains.com,O=endEntity,L=Seattle,ST=Washington,C=US"
    presented = replace(OPENED, leaf=Leaf("FEF257372D5C14D4", "CN=issuer", subject, validity))
    assert f' "{subject}" {validity} FEF257372D5C14D4 Success TID_1 ' in connection_log.line(presented)


def test_one_without() -> None:
    found = fields(Opened(ARN, "TID_1", ("192.0.2.1", 1234), 80, 1.5))
    assert {found[name] for name in FIELDS if name.startswith(("tls", "leaf"))} == {"-"}


def test_where_they_go() -> None:
    """ "conn_log_" stands before the account ("Connection log files"); access logs may go elsewhere."""
    written: list[tuple[str, str, str]] = []
    deliveries = Deliveries(lambda account, bucket, key, data: written.append((account, bucket, key)))
    for enabled in ("false", "true"):
        attributes = {
            "connection_logs.s3.enabled": enabled,
            "connection_logs.s3.bucket": "logs",
            "connection_logs.s3.prefix": "a/b",
        }
        deliveries.put_connection(LoadBalancer(ARN, "demo", "", (), attributes), OPENED)
    deliveries.flush()
    ((account, bucket, key),) = written
    assert (account, bucket) == ("123456789012", "logs")
    start = "a/b/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/"
    assert key.startswith(start)
    name = key.rpartition("/")[2]
    assert name.startswith("conn_log_123456789012_elasticloadbalancing_eu-west-1_app.demo.0123456789abcdef_")


def test_the_files_that_try_a_bucket() -> None:
    """User guide, "Enable access logs" and "Enable connection logs", step 4."""
    attributes = {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": "one",
        "access_logs.s3.prefix": "some/prefix",
        "connection_logs.s3.enabled": "true",
        "connection_logs.s3.bucket": "two",
    }
    now = datetime(2026, 9, 30, 10, tzinfo=UTC)
    access, connection = files(attributes, attributes, "123456789012", "my-alb", now)
    assert access[:2] == ("one", "some/prefix/AWSLogs/123456789012/ELBAccessLogTestFile")
    assert access[2] == "Enable AccessLog for ELB: my-alb at 2026-09-30T10:00:00.000Z"
    assert connection[:2] == ("two", "AWSLogs/123456789012/ELBConnectionLogTestFile")
    assert connection[2].startswith("Enable ConnectionLog for ELB")
    assert (
        list(files(attributes, {"idle_timeout.timeout_seconds": "60"}, "123456789012", "my-alb", now)) == []
    )
