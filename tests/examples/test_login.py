"""A login in front of everything but one path: how it is wired, and that nobody gets past it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint, is_local
from localalb.stacks.session import Stacks
from localalb.stacks.stack import Stack
from tests.examples.conftest import EXAMPLES, NAME, PROVIDER


@pytest.fixture(scope="module")
def login(terraform_stack: Stacks, certificate_arns: list[str]) -> Stack:
    stack = terraform_stack(EXAMPLES / "login", certificate_arns=certificate_arns, **PROVIDER)
    (balancer,) = stack.client("elbv2").describe_load_balancers(Names=["login"])["LoadBalancers"]
    stack.names[NAME] = balancer["DNSName"]
    return stack


@pytest.fixture(scope="module")
def rules(login: Stack) -> dict[str, Any]:
    """The rules, by their names."""
    arns = login.outputs["listener_rule_arns"]
    found = login.client("elbv2").describe_rules(RuleArns=list(arns.values()))["Rules"]
    by_arn = {rule["RuleArn"]: rule for rule in found}
    return {name: by_arn[arn] for name, arn in arns.items()}


def test_everything_is_behind_the_login(rules: dict[str, Any]) -> None:
    rule = rules["everything"]
    authenticate, forward = sorted(rule["Actions"], key=lambda action: action["Order"])
    assert authenticate["Type"] == "authenticate-oidc"
    assert authenticate["AuthenticateOidcConfig"]["Issuer"] == PROVIDER["issuer"]
    assert authenticate["AuthenticateOidcConfig"]["OnUnauthenticatedRequest"] == "authenticate"
    assert forward["Type"] == "forward"
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/*"]


def test_one_path_is_public_and_comes_first(login: Stack, rules: dict[str, Any], trusted: str) -> None:
    public = rules["everything public"]
    assert [action["Type"] for action in public["Actions"]] == ["forward"]
    assert int(public["Priority"]) < int(rules["everything"]["Priority"])
    assert login.http.get(f"https://{NAME}/health", verify=trusted).text == "ok"


def test_nobody_gets_past_it(login: Stack, trusted: str) -> None:
    """AWS redirects to the provider; a local cloud does not ask one of the internet unless it is told to."""
    response = login.http.get(f"https://{NAME}/", verify=trusted, allow_redirects=False)
    assert response.status_code == (500 if is_local(os.environ) else 302)
    assert "Hello" not in response.text


@pytest.fixture
def own_provider() -> Iterator[None]:
    """localalb's own provider in the place of the configured one, where the cloud is local."""
    if not is_local(os.environ):
        yield
        return
    endpoint = Endpoint(os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_ACCESS_KEY_ID"])
    ask(endpoint, "login?mode=local", "POST")
    yield
    ask(endpoint, "login?mode=loopback", "POST")


def test_who_logs_in_comes_through(login: Stack, trusted: str, own_provider: None) -> None:
    """On AWS the way ends at the provider, where these tests are nobody."""
    login.http.verify = trusted
    if not is_local(os.environ):
        answer = login.http.get(f"https://{NAME}/", allow_redirects=False)
        assert answer.headers["location"].startswith(f"{PROVIDER['issuer']}/authorize?client_id=hello&")
        return
    assert "Hello" in login.log_in(f"https://{NAME}/", sub="42", email="a@example.com").text
    assert "Hello" in login.http.get(f"https://{NAME}/").text, "the session holds"
    login.http.cookies.clear()
    assert "Hello" not in login.http.get(f"https://{NAME}/").text


def test_http_leads_to_https_and_no_further(login: Stack) -> None:
    response = login.http.get(f"http://{NAME}/", allow_redirects=False)
    assert response.status_code == 301


def test_the_load_balancer_reaches_the_provider(login: Stack) -> None:
    (group,) = login.client("ec2").describe_security_groups(GroupIds=[login.outputs["security_group_id"]])[
        "SecurityGroups"
    ]
    assert {(rule["FromPort"], rule["ToPort"]) for rule in group["IpPermissionsEgress"]} == {(443, 443)}


def test_second_plan_is_empty(login: Stack) -> None:
    plan = login.plan()
    assert plan.returncode == 0, plan.stdout
