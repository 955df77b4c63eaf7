"""The connection log: an entry a connection, tied to the access log's by its id.

User guide, "Connection logs for your Application Load Balancer".
"""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority, Wanted
from tests.cloud.test_access_log import ENTRY, TIME
from tests.conformance.storage import open_to_load_balancers
from tests.sites import ACCOUNT, Site, Sites
from tests.waiting import until

FORM = re.compile(
    rf"(?P<time>{TIME}) (?P<ip>[\d.]+) (?P<client_port>\d+) (?P<port>\d+) (?P<version>\S+) (?P<cipher>\S+) "
    r'(?P<latency>-|\d+\.\d{3}) "(?P<subject>[^"]*)" (?P<validity>\S+) (?P<serial>\S+) (?P<status>\S+) '
    r"(?P<id>TID_[0-9a-f]{32}) (?P<exchange>\S+) (?P<elb>app/[^/ ]+/[0-9a-f]{16}) (?P<node>[\d.]+)"
)

SECOND = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture(scope="module")
def logs(cloud: Sites) -> str:
    name = cloud.name("connection-logs")
    cloud.client("s3").create_bucket(Bucket=name)
    open_to_load_balancers(cloud.client("s3"), ACCOUNT, name, "*")
    return name


@pytest.fixture(scope="module")
def secure(cloud: Sites, logs: str, authority: Authority) -> Iterator[Site]:
    certificate = authority.issue("secure.example").imported(cloud.client("acm"))
    attributes: dict[str, str] = {}
    for kind, prefix in (("access_logs", "a"), ("connection_logs", "c")):
        settings = {"enabled": "true", "bucket": logs, "prefix": prefix}
        attributes |= {f"{kind}.s3.{key}": value for key, value in settings.items()}
    with cloud.deployed(port=443, certificate=certificate, attributes=attributes) as site:
        yield site


def lines(cloud: Sites, bucket: str, prefix: str) -> list[str]:
    s3, found = cloud.client("s3"), []
    for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ()):
        if each["Key"].endswith(".log.gz"):
            data = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            found += gzip.decompress(data).decode().splitlines()
    return found


def curl(site: Site, tmp_path: Path, authority: Authority, *arguments: str) -> None:
    (tmp_path / "ca.pem").write_bytes(authority.root)
    host, port = site.address
    urls = [f"https://secure.example:{port}/{number}" for number in (1, 2)]
    command = ["curl", "-sS", "--fail", "--cacert", str(tmp_path / "ca.pem")]
    command += ["--resolve", f"secure.example:{port}:{host}", *arguments]
    for url in urls:
        command += ["-o", "/dev/null", url]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("protocol", ["--http1.1", "--http2"])
def test_curl_asks_twice_on_one_connection(
    cloud: Sites, secure: Site, logs: str, authority: Authority, tmp_path: Path, protocol: str
) -> None:
    curl(secure, tmp_path, authority, protocol, "-A", f"curl {protocol}")
    asked = until(lambda: [each for each in lines(cloud, logs, "a/") if f"curl {protocol}" in each][1:])
    (second,) = asked
    entry = ENTRY.fullmatch(second)
    assert entry
    (found,) = (each for each in lines(cloud, logs, "c/") if entry["conn_trace_id"] in each)
    requests = [each for each in lines(cloud, logs, "a/") if entry["conn_trace_id"] in each]
    assert len(requests) == 2, "both requests name the one connection"
    opened = FORM.fullmatch(found)
    assert opened, found
    assert (opened["port"], opened["status"], opened["subject"]) == ("443", "Success", "-")
    assert (opened["version"], opened["cipher"]) == (entry["ssl_protocol"], entry["ssl_cipher"])
    assert f"{opened['ip']}:{opened['client_port']}" == entry["client"]
    assert 0 < float(opened["latency"]) < 30
    assert opened["elb"] == secure.load_balancer.partition(":loadbalancer/")[2]
    assert opened["node"] == entry["ip_address"]


def test_a_client_with_a_certificate(
    cloud: Sites, secure: Site, logs: str, authority: Authority, tmp_path: Path
) -> None:
    own = authority.client("caller", Wanted(serial=0x3A5B1))
    cloud.elbv2.modify_listener(ListenerArn=secure.listener, MutualAuthentication={"Mode": "passthrough"})
    curl(secure, tmp_path, authority, "--cert", str(own.written(tmp_path)))
    cloud.elbv2.modify_listener(ListenerArn=secure.listener, MutualAuthentication={"Mode": "off"})
    (found,) = until(lambda: [each for each in lines(cloud, logs, "c/") if '"CN=caller"' in each])
    opened = FORM.fullmatch(found)
    assert opened, found
    assert (opened["serial"], opened["status"]) == ("03A5B1", "Success")
    assert re.fullmatch(rf"NotBefore={SECOND};NotAfter={SECOND}", opened["validity"])


def test_a_handshake_that_failed_is_not_logged(
    cloud: Sites, secure: Site, logs: str, authority: Authority, tmp_path: Path
) -> None:
    """A load balancer logs it, with a reason where the client's certificate is one."""
    with socket.create_connection(secure.address) as client:
        client.sendall(b"no TLS at all\r\n\r\n")
        name = client.getsockname()[1]
        while client.recv(4096):
            pass
    curl(secure, tmp_path, authority, "-A", "afterwards")
    assert until(lambda: [each for each in lines(cloud, logs, "a/") if "afterwards" in each][1:])
    assert not [each for each in lines(cloud, logs, "c/") if f" {name} 443 " in each]


def test_the_files_that_try_the_bucket(cloud: Sites, secure: Site, logs: str) -> None:
    s3 = cloud.client("s3")
    for prefix, name in (("a", "ELBAccessLogTestFile"), ("c", "ELBConnectionLogTestFile")):
        body = s3.get_object(Bucket=logs, Key=f"{prefix}/AWSLogs/{ACCOUNT}/{name}")["Body"].read()
        assert body.startswith(b"Enable ")
