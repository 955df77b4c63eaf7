"""Targets that are addresses, through the API and HTTP: where they are reached, and what their health is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode

import pytest
import requests

from localalb.stacks.home import ask
from tests.cases.targets import holds
from tests.cloud.target_groups import Group, target_group
from tests.sites import TIMEOUT, Sites
from tests.socket.targets import Server, answering, serving

OK = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
ELSEWHERE = "10.0.0.5"


def send_to(cloud: Sites, **places: str) -> None:
    ask(cloud.endpoint, "targets?" + urlencode(places), "POST")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(OK) as server:
        yield server


@pytest.fixture
def web(cloud: Sites) -> Iterator[Group]:
    with target_group(cloud) as group:
        yield group


@holds("registered-loopback")
def test_a_local_address_is_a_target(web: Group, server: Server) -> None:
    web.register({"Id": server.host, "Port": server.port})
    assert web.becomes((server.host, server.port), "healthy") == {"State": "healthy"}
    assert web.ask().text == "ok"


def test_an_address_is_a_target_for_each_of_its_ports(web: Group, server: Server) -> None:
    with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")) as other:
        web.register({"Id": "127.0.0.1", "Port": server.port}, {"Id": "127.0.0.1", "Port": other.port})
        for each in (server, other):
            web.becomes((each.host, each.port), "healthy")
        assert {web.ask().text for _ in range(2)} == {"ok", "other"}


@holds("not-on-this-machine")
def test_nothing_leaves_this_machine(web: Group, cloud: Sites) -> None:
    web.register({"Id": ELSEWHERE, "Port": 3000})
    (found,) = web.health().values()
    assert (found["State"], found["Reason"]) == ("unhealthy", "Target.FailedHealthChecks")
    word = f"localalb up --target {web.name}=127.0.0.1:PORT"
    assert word in found["Description"]
    assert web.ask().status_code == 503
    records = [each for each in ask(cloud.endpoint, "requests") if each["target_group"] == web.name]
    assert word in records[-1]["why"]


@pytest.mark.parametrize("pattern", [False, True], ids=["name", "pattern"])
def test_what_is_elsewhere_is_found_where_one_says(
    web: Group, cloud: Sites, server: Server, pattern: bool
) -> None:
    web.register({"Id": ELSEWHERE})
    send_to(cloud, **{web.name[:-2] + "*" if pattern else web.name: f"127.0.0.1:{server.port}"})
    web.becomes((ELSEWHERE, 80), "healthy")
    assert web.ask().text == "ok"


def test_an_instance_is_found_where_one_says(cloud: Sites, server: Server) -> None:
    image = cloud.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = cloud.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)
    instance = made["Instances"][0]["InstanceId"]
    with target_group(cloud, kind="instance") as group:
        group.register({"Id": instance})
        (found,) = group.health().values()
        assert found["State"] == "unhealthy"
        assert group.ask().status_code == 503
        send_to(cloud, **{group.name: f"127.0.0.1:{server.port}"})
        group.becomes((instance, 80), "healthy")
        assert group.ask().text == "ok"


def test_a_place_is_a_target_where_none_is_registered(web: Group, cloud: Sites, server: Server) -> None:
    """On AWS somebody else registers them, such as an ECS service."""
    assert web.ask().status_code == 503
    send_to(cloud, **{web.name: f"127.0.0.1:{server.port}"})
    assert web.ask().text == "ok"


@holds("cloud-itself")
def test_the_cloud_itself_is_no_target(web: Group, cloud: Sites) -> None:
    """User guide, "Registered targets": not the addresses of a load balancer. Nor the control plane's."""
    own = (web.url, cloud.endpoint_url)
    for url in own:
        web.register({"Id": "127.0.0.1", "Port": int(url.rpartition(":")[2])})
    assert web.ask().status_code == 503
    assert {each["State"] for each in web.health().values()} == {"unhealthy"}
    assert all("this cloud itself" in each["Description"] for each in web.health().values())


def test_a_target_group_that_no_rule_names_is_not_checked(cloud: Sites, server: Server) -> None:
    with target_group(cloud, used=False) as group:
        group.register({"Id": server.host, "Port": server.port})
        (found,) = group.health().values()
    assert (found["State"], found["Reason"]) == ("unused", "Target.NotInUse")
    assert server.connections == 0


def test_a_target_that_is_deregistered_drains(web: Group, server: Server) -> None:
    """User guide, "Deregistration delay": draining until the delay is over, then unused; no request goes
    there."""
    target = {"Id": server.host, "Port": server.port}
    web.configure(deregistration_delay__timeout_seconds="300")
    web.register(target)
    web.deregister(target)
    found = web.health()[server.host, server.port]
    assert (found["State"], found["Reason"]) == ("draining", "Target.DeregistrationInProgress")
    assert web.ask().status_code == 503
    web.register(target)
    web.configure(deregistration_delay__timeout_seconds="0")
    web.deregister(target)
    assert web.health() == {}
    (found,) = web.health(target).values()
    assert (found["State"], found["Reason"]) == ("unused", "Target.NotRegistered")


def test_a_target_that_is_not_there_is_deregistered_all_the_same(web: Group) -> None:
    """ELBv2 API, DeregisterTargets: "If the specified target does not exist, the action returns
    successfully"."""
    web.deregister({"Id": "127.0.0.9", "Port": 9})


UNHEALTHY = {
    "another code": (
        answering(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [500]",
    ),
    "no HTTP": (answering(b"SMTP\r\n\r\n"), "Target.FailedHealthChecks", "Health checks failed"),
    "no answer": (answering(b"", keep=False), "Target.FailedHealthChecks", "Health checks failed"),
    "silence": (answering(b""), "Target.Timeout", "Request timed out"),
}


@pytest.mark.parametrize("name", UNHEALTHY)
def test_what_makes_a_target_unhealthy(cloud: Sites, name: str) -> None:
    """And a target group with unhealthy targets alone fails open: whoever asks hears what the target says."""
    talk, reason, description = UNHEALTHY[name]
    check = {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
    with serving(talk) as server, target_group(cloud, settings=check) as group:
        group.register({"Id": server.host, "Port": server.port})
        found = group.becomes((server.host, server.port), "unhealthy")
        assert found["Reason"] == reason
        assert found["Description"].startswith(description)
        if name == "another code":
            assert group.ask().status_code == 500


def test_the_check_goes_where_it_is_told(cloud: Sites, server: Server) -> None:
    """User guide, "Troubleshoot": Host is the address and the port of the check."""
    with serving(OK) as checked:
        check = {"HealthCheckPort": str(checked.port)}
        with target_group(cloud, check="/up?a=b", settings=check) as group:
            group.register({"Id": server.host, "Port": server.port})
            group.becomes((server.host, server.port), "healthy")
            head = checked.heads.get(timeout=TIMEOUT).decode()
    assert head.startswith("GET /up?a=b HTTP/1.1\r\n")
    assert f"\r\nHost: 127.0.0.1:{checked.port}\r\n" in head
    assert "\r\nUser-Agent: ELB-HealthChecker/2.0\r\n" in head
    assert server.connections == 0


def test_a_healthy_target_gets_all(web: Group, server: Server) -> None:
    with suppress(OSError), serving(OK) as gone:
        gone.close()
        web.register({"Id": server.host, "Port": server.port}, {"Id": gone.host, "Port": gone.port})
        web.becomes((gone.host, gone.port), "unhealthy")
        web.becomes((server.host, server.port), "healthy")
        assert {web.ask().status_code for _ in range(6)} == {200}


def test_a_bad_place_is_refused(cloud: Sites) -> None:
    with pytest.raises(requests.HTTPError):
        send_to(cloud, web="example.com:80")
