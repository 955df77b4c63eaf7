"""The access log: entries in ALB's format, in the bucket the load balancer names, whenever it is read.

User guide, "Access logs for your Application Load Balancer". What is compared with the wire (bytes sent and
received) is counted here, not taken from localalb.
"""

from __future__ import annotations

import gzip
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cases.rules import path_regex
from tests.cases.transforms import host_rewrite, url_rewrite
from tests.certificates import Authority
from tests.cloud.conftest import Deploy
from tests.cloud.secure import Http2, connect
from tests.conformance.storage import open_to_load_balancers
from tests.connection import Client, Reply
from tests.sites import ACCOUNT, Site, Sites, fixed
from tests.waiting import WAIT, Gate, until

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
SECONDS = r"-1|\d+\.\d{3}"
QUOTED = r'"[^"]*"'
FIELDS = {
    "type": r"http|https|h2|ws|wss",
    "time": TIME,
    "elb": r"app/[^/ ]+/[0-9a-f]{16}",
    "client": r"[\d.]+:\d+",
    "target": r"-|[\d.]+:\d+",
    "request_processing_time": SECONDS,
    "target_processing_time": SECONDS,
    "response_processing_time": SECONDS,
    "elb_status_code": r"\d{3}|-",
    "target_status_code": r"\d{3}|-",
    "received_bytes": r"\d+",
    "sent_bytes": r"\d+",
    "request": QUOTED,
    "user_agent": QUOTED,
    "ssl_cipher": r"\S+",
    "ssl_protocol": r"\S+",
    "target_group_arn": r"-|arn:\S+",
    "trace_id": QUOTED,
    "domain_name": QUOTED,
    "chosen_cert_arn": QUOTED,
    "matched_rule_priority": r"-|-1|\d+",
    "request_creation_time": TIME,
    "actions_executed": QUOTED,
    "redirect_url": QUOTED,
    "error_reason": QUOTED,
    "target_port_list": QUOTED,
    "target_status_code_list": QUOTED,
    "classification": QUOTED,
    "classification_reason": QUOTED,
    "conn_trace_id": r"TID_[0-9a-f]{32}",
    "transformed_host": QUOTED,
    "transformed_uri": QUOTED,
    "request_transform_status": QUOTED,
    "ip_address": r"[\d.]+",
}
# New fields come at the end, and are to be ignored.
ENTRY = re.compile(" ".join(f"(?P<{name}>{form})" for name, form in FIELDS.items()) + r"( .*)?")
KEY = re.compile(
    r"(?P<prefix>.*)AWSLogs/(?P<account>\d+)/elasticloadbalancing/(?P<region>[a-z0-9-]+)/(?P<day>\d{4}/\d\d/\d\d)/"
    r"(?P=account)_elasticloadbalancing_(?P=region)_(?P<elb>app\.[^_]+)_(?P<end>\d{8}T\d{4}Z)_"
    r"(?P<address>[\d.]+)_(?P<random>[0-9a-z]+)\.log\.gz"
)

CODE = (
    WAIT
    + """
def handler(event, context):
    if event["path"] == "/fail":
        raise ValueError
    if event["path"] == "/invalid":
        return {"statusCode": "200"}
    if event["path"] == "/wait":
        wait(event["queryStringParameters"]["gate"])
    return {"statusCode": 201, "headers": {"content-type": "text/plain"}, "body": "made"}
"""
)
AGENT = b"User-Agent: agent/1.0 (test)\r\nConnection: close\r\n"


@dataclass(frozen=True)
class Logged:
    """A site whose access log goes to a bucket."""

    cloud: Sites
    site: Site
    bucket: str

    def entries(self, mark: str) -> list[dict[str, str]]:
        """The entries whose request line or user agent holds `mark`, from every object in the bucket."""
        s3 = self.cloud.client("s3")
        lines: list[str] = []
        for each in s3.list_objects_v2(Bucket=self.bucket).get("Contents", ()):
            if each["Key"].endswith("TestFile"):
                continue
            data = s3.get_object(Bucket=self.bucket, Key=each["Key"])["Body"].read()
            lines += gzip.decompress(data).decode("ascii").splitlines()
        found = []
        for line in lines:
            fields = ENTRY.fullmatch(line)
            assert fields, line
            found.append({name: fields[name].strip('"') for name in FIELDS})
        return [entry for entry in found if mark in entry["request"] + entry["user_agent"]]

    def entry(self, mark: str) -> dict[str, str]:
        """The one entry of a request; it is written once the response has been."""
        (entry,) = until(lambda: self.entries(mark))
        return entry


def bucket(cloud: Sites) -> str:
    name = cloud.name("access-logs")
    cloud.client("s3").create_bucket(Bucket=name)
    open_to_load_balancers(cloud.client("s3"), ACCOUNT, name, "*")  # whatever the prefix
    return name


def log_to(name: str, prefix: str = "") -> dict[str, str]:
    """The attributes that switch access logs on."""
    attributes = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": name}
    return attributes | ({"access_logs.s3.prefix": prefix} if prefix else {})


@pytest.fixture(scope="module")
def http(cloud: Sites) -> Iterator[Logged]:
    name = bucket(cloud)
    with cloud.deployed(CODE, timeout=60, attributes=log_to(name, "some/prefix")) as site:
        yield Logged(cloud, site, name)


@pytest.fixture(scope="module")
def https(cloud: Sites, authority: Authority) -> Iterator[tuple[Logged, dict[str, str]]]:
    """A site with a default certificate and another one, and the ARNs of both by name."""
    name, acm = bucket(cloud), cloud.client("acm")
    names = ("default.example", "www.example.com")
    arns = {name: authority.issue(name).imported(acm) for name in names}
    certificate = arns[names[0]]
    with cloud.deployed(CODE, port=443, certificate=certificate, attributes=log_to(name)) as site:
        cloud.elbv2.add_listener_certificates(
            ListenerArn=site.listener, Certificates=[{"CertificateArn": arns[names[1]]}]
        )
        yield Logged(cloud, site, name), arns


def sent(site: Site, data: bytes) -> tuple[Reply, bytes]:
    """The reply to one request that asks the connection to close, parsed and as it came."""
    with Client(site.address) as client:
        client.send(data)
        raw = client.rest()
        return client.reply(), raw


def get(target: bytes, host: bytes = b"www.example.com") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\n" + AGENT + b"\r\n"


def test_every_field_of_a_request_over_http(http: Logged) -> None:
    before = datetime.now(UTC)
    data = (
        b"POST /form?a=%20b HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 5\r\n" + AGENT + b"\r\nhello"
    )
    reply, raw = sent(http.site, data)
    assert reply.status == 201
    entry = http.entry("/form")
    times = [float(entry.pop(f"{part}_processing_time")) for part in ("request", "target", "response")]
    assert all(0 <= seconds < 5 for seconds in times)
    created, finished = (
        datetime.strptime(entry.pop(name), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        for name in ("request_creation_time", "time")
    )
    assert before <= created <= finished <= datetime.now(UTC)
    assert sum(times) == pytest.approx((finished - created).total_seconds(), abs=0.005)
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", entry.pop("trace_id"))
    assert re.fullmatch(r"127\.0\.0\.1:\d+", entry.pop("client"))
    assert entry.pop("conn_trace_id")
    assert entry == {
        "type": "http",
        "elb": http.site.load_balancer.partition(":loadbalancer/")[2],
        "target": "-",
        "elb_status_code": "201",
        "target_status_code": "201",
        "received_bytes": str(len(data)),
        "sent_bytes": str(len(raw)),
        "request": "POST http://www.example.com:80/form?a=%20b HTTP/1.1",
        "user_agent": "agent/1.0 (test)",
        "ssl_cipher": "-",
        "ssl_protocol": "-",
        "target_group_arn": http.site.target_group,
        "domain_name": "-",  # for HTTPS listeners
        "chosen_cert_arn": "-",
        "matched_rule_priority": "0",
        "actions_executed": "forward",
        "redirect_url": "-",
        "error_reason": "-",
        "target_port_list": "-",
        "target_status_code_list": "-",
        "classification": "-",
        "classification_reason": "-",
        "transformed_host": "-",
        "transformed_uri": "-",
        "request_transform_status": "-",
        "ip_address": "127.0.0.1",
    }


def test_a_function_that_fails(http: Logged) -> None:
    _, raw = sent(http.site, get(b"/fail"))
    assert len(raw) == 272  # as in uWebSockets.js#939, with "Connection: close"
    entry = http.entry("/fail")
    assert (entry["elb_status_code"], entry["target_status_code"]) == ("502", "-")
    assert (entry["error_reason"], entry["actions_executed"]) == ("LambdaUnhandled", "forward")
    assert entry["sent_bytes"] == str(len(raw))
    assert float(entry["target_processing_time"]) > 0


def test_an_invalid_response(http: Logged) -> None:
    """As the user guide's example of a function that failed."""
    sent(http.site, get(b"/invalid"))
    entry = http.entry("/invalid")
    assert (entry["elb_status_code"], entry["target_status_code"]) == ("502", "-")
    assert (entry["error_reason"], entry["actions_executed"]) == ("LambdaInvalidResponse", "forward")
    assert entry["target_group_arn"] == http.site.target_group
    assert entry["matched_rule_priority"] == "0"


@pytest.fixture
def ruled(http: Logged) -> Iterator[Logged]:
    """The same site with two more rules."""
    redirect = {"Type": "redirect", "RedirectConfig": {"Host": "example.org", "StatusCode": "HTTP_302"}}
    rules = [
        http.cloud.rule(http.site, redirect, priority=7, path="/moved"),
        http.cloud.rule(http.site, fixed("here", 418), priority=300, path="/fixed"),
    ]
    yield http
    for rule in rules:
        http.cloud.elbv2.delete_rule(RuleArn=rule)


def test_a_rewrite(http: Logged) -> None:
    rule = http.cloud.elbv2.create_rule(
        ListenerArn=http.site.listener,
        Priority=9,
        Conditions=[path_regex("^/from")],
        Actions=[{"Type": "forward", "TargetGroupArn": http.site.target_group}],
        Transforms=[host_rewrite("^www", "internal"), url_rewrite("^/from/(.*)", "/to?path=$1")],
    )["Rules"][0]["RuleArn"]
    sent(http.site, get(b"/from/here"))
    entry = http.entry("/from")
    http.cloud.elbv2.delete_rule(RuleArn=rule)
    assert entry["request"] == "GET http://www.example.com:80/from/here HTTP/1.1", "as it came"
    assert (entry["actions_executed"], entry["request_transform_status"]) == (
        "rewrite,forward",
        "TransformSuccess",
    )
    assert (entry["transformed_host"], entry["transformed_uri"]) == ("internal.example.com", "/to?path=here")


def without_target(entry: dict[str, str]) -> dict[str, str]:
    """Checks that no target had to do with it; some of the other fields."""
    for part in ("request", "target", "response"):
        assert entry[f"{part}_processing_time"] == "-1"
    assert (entry["target"], entry["target_status_code"]) == ("-", "-")
    assert (entry["target_group_arn"], entry["error_reason"]) == ("-", "-")
    names = ("elb_status_code", "actions_executed", "redirect_url", "matched_rule_priority")
    return {name: entry[name] for name in names}


def test_a_redirect(ruled: Logged) -> None:
    sent(ruled.site, get(b"/moved?a=b"))
    entry = ruled.entry("/moved")
    assert without_target(entry) == {
        "elb_status_code": "302",
        "actions_executed": "redirect",
        "redirect_url": "http://example.org:80/moved?a=b",
        "matched_rule_priority": "7",
    }
    assert entry["trace_id"].startswith("Root=1-")  # so in the user guide's example of a redirect


def test_a_fixed_response(ruled: Logged) -> None:
    sent(ruled.site, get(b"/fixed"))
    assert without_target(ruled.entry("/fixed")) == {
        "elb_status_code": "418",
        "actions_executed": "fixed-response",
        "redirect_url": "-",
        "matched_rule_priority": "300",
    }


ODD = {
    "Acceptable": ("GetHeadZeroContentLength", b"Content-Length: 0", "201"),
    "Ambiguous": ("DuplicateContentLength", b"Content-Length: 0\r\nContent-Length: 0", "201"),
    "Severe": ("MultipleContentLength", b"Content-Length: 1\r\nContent-Length: 2", "400"),
}


@pytest.fixture(scope="module")
def odd(cloud: Sites) -> Iterator[tuple[dict[str, dict[str, str]], bytes]]:
    """The entries of a request of each kind, in the order they were sent, and of something that is none, by
    what they are; and the answer to the last. In a bucket of their own, as little else of them is logged."""
    name = bucket(cloud)
    with cloud.deployed(CODE, attributes=log_to(name)) as site:
        for _, header, _ in ODD.values():
            sent(site, get(b"/").replace(b"\r\n\r\n", b"\r\n" + header + b"\r\n\r\n"))
        _, answer = sent(site, b"nonsense\r\n\r\n")
        logged = Logged(cloud, site, name)
        entries = until(lambda: found if len(found := logged.entries("")) == len(ODD) + 1 else [])
        assert entries
        entries.sort(key=lambda entry: entry["time"])
        yield dict(zip([*ODD, "none"], entries, strict=True)), answer


def test_what_is_no_request(odd: tuple[dict[str, dict[str, str]], bytes]) -> None:
    entry, answer = odd[0]["none"], odd[1]
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert len(answer) == 272  # the same
    assert without_target(entry) == {
        "elb_status_code": "400",
        "actions_executed": "-",
        "redirect_url": "-",
        "matched_rule_priority": "-",  # "for any other error"
    }
    assert entry["sent_bytes"] == "272"
    assert entry["request"].startswith("- http://")
    assert (entry["user_agent"], entry["trace_id"], entry["domain_name"]) == ("-", "-", "-")


@pytest.mark.parametrize("tier", ODD)
def test_the_classification(odd: tuple[dict[str, dict[str, str]], bytes], tier: str) -> None:
    entry = odd[0][tier]
    reason, _, status = ODD[tier]
    assert (entry["classification"], entry["classification_reason"]) == (tier, reason)
    assert entry["elb_status_code"] == status


def test_text_that_would_break_an_entry(http: Logged) -> None:
    data = get(b'/quote"d').replace(b"agent/1.0", b'"agent" \xc3\xa9 \\')
    assert sent(http.site, data)[0].status == 201
    (entry,) = until(lambda: http.entries("/quote"))
    assert '"' not in entry["request"] + entry["user_agent"]


def test_a_client_that_hung_up(http: Logged, gate: Gate) -> None:
    with Client(http.site.address) as client:
        client.send(get(f"/wait?gate={gate.path}".encode()))
        with gate.held():
            client.reset()
            # One loop reads all connections in turn, so whoever is answered later has been read later.
            assert sent(http.site, get(b"/later"))[0].status == 201
    entry = http.entry("/wait")
    assert (entry["elb_status_code"], entry["sent_bytes"]) == ("460", "0")


def test_health_checks_are_not_logged(cloud: Sites, deploy: Deploy) -> None:
    name = bucket(cloud)
    check = {"HealthCheckEnabled": True, "HealthCheckIntervalSeconds": 300, "HealthCheckTimeoutSeconds": 120}
    site = deploy(CODE, attributes=log_to(name), health_check=check)
    assert until(lambda: any(line.startswith("REPORT") for line in cloud.logged(site.name)))
    sent(site, get(b"/asked"))
    logged = Logged(cloud, site, name)
    assert until(lambda: logged.entries("")) == [logged.entry("/asked")]


def over_tls(client: ssl.SSLSocket, target: bytes, host: bytes) -> bytes:
    """A whole response as it came."""
    client.sendall(get(target, host))
    return b"".join(iter(lambda: client.recv(65536), b""))


def test_https(https: tuple[Logged, dict[str, str]], authority: Authority) -> None:
    logged, arns = https
    with connect(logged.site.address, authority.context(), "www.example.com") as client:
        version, cipher = client.version(), client.cipher()
        raw = over_tls(client, b"/secure", b"other.example.com")
    entry = logged.entry("/secure")
    assert entry["type"] == "https"
    assert entry["request"] == "GET https://other.example.com:443/secure HTTP/1.1"
    assert (entry["ssl_protocol"], entry["ssl_cipher"]) == (version, cipher and cipher[0])
    assert entry["domain_name"] == "www.example.com", "what the handshake asked for, not the Host header"
    assert entry["chosen_cert_arn"] == arns["www.example.com"]
    assert entry["sent_bytes"] == str(len(raw))


@pytest.mark.parametrize("name", [None, "unknown.example"])
def test_https_with_the_default_certificate(
    https: tuple[Logged, dict[str, str]], authority: Authority, name: str | None
) -> None:
    """The domain is "-" where the client names none or one that matches no certificate."""
    logged, arns = https
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    path = f"/default-{name}"
    with connect(logged.site.address, context, name) as client:
        over_tls(client, path.encode(), b"www.example.com")
    entry = logged.entry(path)
    assert entry["domain_name"] == "-"
    assert entry["chosen_cert_arn"] == arns["default.example"]


def test_h2(https: tuple[Logged, dict[str, str]], authority: Authority) -> None:
    logged, arns = https
    with Http2(logged.site.address, authority.context("h2"), "www.example.com") as client:
        assert client.get("/two?a=b", "GET", ("user-agent", "agent/2")).status == 201
    entry = logged.entry("/two")
    assert entry["type"] == "h2"
    assert entry["request"] == "GET https://www.example.com:443/two?a=b HTTP/2.0"
    assert entry["user_agent"] == "agent/2"
    assert entry["domain_name"] == "www.example.com"
    assert entry["chosen_cert_arn"] == arns["www.example.com"]
    assert int(entry["received_bytes"]) > 0
    assert int(entry["sent_bytes"]) > len("made")


def test_the_key_of_an_object(http: Logged) -> None:
    sent(http.site, get(b"/keyed"))
    assert http.entry("/keyed")
    keys = keys_in(http)
    keys.remove(f"some/prefix/AWSLogs/{ACCOUNT}/ELBAccessLogTestFile")
    for key in keys:
        found = KEY.fullmatch(key)
        assert found, key
        assert found["prefix"] == "some/prefix/"
        assert (found["account"], found["region"]) == (ACCOUNT, "us-east-1")
        resource = http.site.load_balancer.partition(":loadbalancer/")[2]
        assert found["elb"] == resource.replace("/", ".")
        end = datetime.strptime(found["end"], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
        assert abs((datetime.now(UTC) - end).total_seconds()) < 600
        assert found["day"] == f"{end:%Y/%m/%d}"
    assert len(set(keys)) == len(keys)


def keys_in(logged: Logged) -> list[str]:
    objects: list[dict[str, Any]] = logged.cloud.client("s3").list_objects_v2(Bucket=logged.bucket)[
        "Contents"
    ]
    return [each["Key"] for each in objects]


def test_without_a_prefix_the_key_begins_with_awslogs(https: tuple[Logged, dict[str, str]]) -> None:
    logged, _ = https
    with Client(logged.site.address) as client:
        client.send(b"no TLS at all\r\n\r\n")
        client.rest()
    assert all(key.startswith(f"AWSLogs/{ACCOUNT}/") for key in keys_in(logged))


def test_access_logs_are_off_until_they_are_switched_on(cloud: Sites, deploy: Deploy) -> None:
    name = bucket(cloud)
    site = deploy(CODE)
    sent(site, get(b"/before"))
    cloud.configure(site.load_balancer, log_to(name))
    sent(site, get(b"/while"))
    assert until(lambda: Logged(cloud, site, name).entries("/while"))
    cloud.configure(site.load_balancer, {"access_logs.s3.enabled": "false"})
    sent(site, get(b"/after"))
    cloud.record(site, 3)
    assert len(Logged(cloud, site, name).entries("")) == 1
