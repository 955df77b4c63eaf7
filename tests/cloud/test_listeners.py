"""Listeners: there when the API says so, gone when it says so, wherever there is room."""

from __future__ import annotations

import socket

import pytest

from tests.cloud.conftest import Deploy
from tests.sites import Sites, says


def test_a_listener_serves_when_create_listener_returns_and_not_when_delete_listener_has(
    cloud: Sites, deploy: Deploy
) -> None:
    site = deploy(says("here"))
    assert site.ask().text == "here"
    cloud.elbv2.delete_listener(ListenerArn=site.listener)
    assert site.listener not in cloud.listeners()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(site.address, timeout=3)


def test_the_listeners_of_a_deleted_load_balancer_are_gone(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(says("here"))
    cloud.elbv2.delete_load_balancer(LoadBalancerArn=site.load_balancer)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(site.address, timeout=3)


def test_a_port_that_is_taken_is_passed_over(cloud: Sites, deploy: Deploy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        local = taken.getsockname()[1]
        site = deploy(says("next door"), port=local - 8000)
        assert site.address[1] != local
        assert site.ask().text == "next door"
    served = cloud.listeners()[site.listener]
    assert served["port"] == local - 8000
    assert served["url"] == f"{site.url}/"
    assert served["instead_of"] == local


def test_a_port_that_has_no_room_above_it(cloud: Sites, deploy: Deploy) -> None:
    """73000 is no port, so nobody has taken it."""
    site = deploy(port=65000)
    assert cloud.listeners()[site.listener]["instead_of"] is None


def test_a_modified_port_is_served_in_place_of_the_old_one(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(port=5004)
    cloud.elbv2.modify_listener(ListenerArn=site.listener, Port=5005)
    assert cloud.listeners()[site.listener]["port"] == 5005
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(site.address, timeout=3)
    with socket.create_connection(cloud.address(site.listener), timeout=3):
        pass


def test_several_load_balancers_have_port_80_at_once(cloud: Sites, deploy: Deploy) -> None:
    sites = [deploy(says(name)) for name in ("one", "two", "three")]
    assert {cloud.listeners()[site.listener]["port"] for site in sites} == {80}
    assert len({site.address for site in sites}) == 3
    assert [site.ask().text for site in sites] == ["one", "two", "three"]


def test_several_listeners_of_one_load_balancer(cloud: Sites, deploy: Deploy) -> None:
    site = deploy()
    forward = {"Type": "forward", "TargetGroupArn": site.target_group}
    other = cloud.listener(site.load_balancer, forward, port=8081)
    host, port = cloud.address(other)
    assert site.event()["headers"]["x-forwarded-port"] == "80"
    with socket.create_connection((host, port), timeout=3) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert b'"x-forwarded-port": "8081"' in answer


def test_two_regions_at_once(deploy: Deploy) -> None:
    where = """
import os

def handler(event, context):
    return {"statusCode": 200, "body": os.environ["AWS_REGION"]}
"""
    sites = {region: deploy(where, region=region) for region in ("eu-west-1", "us-east-1")}
    for region, site in sites.items():
        assert site.ask().text == region
        assert f".{region}.elb.amazonaws.com" in site.dns_name
