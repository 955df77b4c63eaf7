"""A login in front of everything but one path: how it is wired, and that nobody gets past it."""

from __future__ import annotations

from typing import Any

import pytest

from localalb.stacks.stack import Stack, Stacks
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
    """AWS redirects to the provider; the local cloud, which has no login yet, refuses."""
    response = login.http.get(f"https://{NAME}/", verify=trusted, allow_redirects=False)
    assert response.status_code in (302, 500)
    assert "Hello" not in response.text


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
