"""HTTPS under two names, by the load balancer's own address."""

from __future__ import annotations

import pytest
import requests

from localalb.stacks.stack import Stack
from tests.integration.conftest import NAMES, Certificates


@pytest.mark.parametrize("name", NAMES)
def test_each_name_has_its_certificate(https: Stack, certificates: Certificates, name: str) -> None:
    response = https.http.get(f"https://{name}/", verify=str(certificates.root))
    assert response.text == "<h1>Hello from Lambda!</h1>"


def test_another_name_gets_the_first_certificate(https: Stack, certificates: Certificates) -> None:
    https.names["three.example.com"] = https.outputs["dns_name"]
    with pytest.raises(requests.exceptions.SSLError, match=r"one\.example\.com|hostname"):
        https.http.get("https://three.example.com/", verify=str(certificates.root))


def test_http_is_sent_to_https(https: Stack, certificates: Certificates) -> None:
    response = https.http.get(f"http://{NAMES[0]}/echo?a=1", allow_redirects=False)
    assert response.status_code == 301
    assert response.headers["Location"] == f"https://{NAMES[0]}:443/echo?a=1"
    followed = https.http.get(f"http://{NAMES[0]}/echo?a=1", verify=str(certificates.root))
    assert followed.json()["query"] == {"a": ["1"]}


def test_headers_that_the_listener_adds_and_removes(https: Stack, certificates: Certificates) -> None:
    headers = https.http.get(f"https://{NAMES[0]}/", verify=str(certificates.root)).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Server" not in headers


def test_the_policy_is_of_today(https: Stack) -> None:
    elbv2 = https.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers(Names=["hello-https"])["LoadBalancers"]
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    policies = {each["Port"]: each["SslPolicy"] for each in listeners if each["Protocol"] == "HTTPS"}
    assert policies == {443: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"}


def test_second_plan_is_empty(https: Stack) -> None:
    plan = https.plan()
    assert plan.returncode == 0, plan.stdout
