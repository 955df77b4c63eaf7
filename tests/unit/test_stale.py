"""What a call makes stale: every operation has its row, and a row finds what it names."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from localalb.control_plane import stale
from localalb.control_plane.stale import EVERYTHING, LOAD_BALANCING, NOTHING_READ, Call, Stale

ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
READING = ("Describe", "Get", "List")


@functools.cache
def model(service: str) -> Any:
    session: Any = botocore.session.get_session()
    return session.get_service_model(service)


def changing(service: str) -> set[str]:
    return {name for name in model(service).operation_names if not name.startswith(READING)}


def test_every_operation_of_elastic_load_balancing_has_a_row() -> None:
    assert changing("elbv2") == set(LOAD_BALANCING)


def test_every_operation_of_lambda_has_a_row() -> None:
    rows = [*stale.OF_A_FUNCTION, *stale.OF_NONE, *stale.OF_THE_REGION]
    assert sorted(rows) == sorted(changing("lambda"))


def members(shape: Any) -> Iterator[tuple[str, bool]]:
    """The names of a structure's members and of theirs, and whether each is required."""
    for name, member in shape.members.items() if shape and shape.type_name == "structure" else ():
        yield name, name in shape.required_members
        inner = member.member if member.type_name == "list" else member
        yield from members(inner)


@pytest.mark.parametrize(("operation", "member"), [row for row in LOAD_BALANCING.items() if row[1]])
def test_a_row_names_a_member_that_is_always_there(operation: str, member: str) -> None:
    """Of the call, where it is required, or of the answer."""
    described = model("elbv2").operation_model(operation)
    # RulePriorityPair has no required member, and no meaning without both.
    in_call = (member, True) in members(described.input_shape) or operation == "SetRulePriorities"
    assert in_call or member in dict(members(described.output_shape))


@pytest.mark.parametrize("operation", sorted(changing("lambda") | {"GetFunction", "ListAliases"}))
def test_the_operation_of_a_path(operation: str) -> None:
    http = model("lambda").operation_model(operation).http
    path = http["requestUri"].partition("?")[0]
    for name in ("FunctionName", "Name", "StatementId", "VersionNumber", "LayerName", "Resource", "UUID"):
        path = path.replace(f"{{{name}}}", "demo")
    asked, function = stale.lambda_operation(http["method"], path)
    assert (asked, function) == (operation, "demo" if "FunctionName" in http["requestUri"] else "")


@pytest.mark.parametrize("operation", sorted(stale.OF_A_FUNCTION - {"CreateFunction"}))
def test_an_operation_of_a_function_names_it_in_its_path(operation: str) -> None:
    assert "{FunctionName}" in model("lambda").operation_model(operation).http["requestUri"]


def elbv2(action: str, version: str = "2015-12-01", **form: str) -> Call:
    fields = {"Action": action, "Version": version, **form}
    return Call("elasticloadbalancing", form={key.replace("__", "."): [each] for key, each in fields.items()})


CREATED = f"""<CreateRuleResponse><Rules><member><RuleArn>{ELB}:rule</RuleArn><Actions><member>
<TargetGroupArn>group</TargetGroupArn></member></Actions></member></Rules></CreateRuleResponse>"""
REFUSED = "<ErrorResponse><Error><Code>PriorityInUse</Code></Error></ErrorResponse>"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:demo"
DEMO = Stale(functions=frozenset({"demo"}))


def lambda_(method: str, path: str) -> Call:
    return Call("lambda", method, f"/2015-03-31/functions{path}")


@pytest.mark.parametrize(
    ("call", "answer", "expected"),
    [
        (elbv2("CreateRule", ListenerArn="listener"), CREATED, Stale(frozenset({f"{ELB}:rule"}))),
        (elbv2("CreateRule", ListenerArn="listener"), REFUSED, None),
        (elbv2("ModifyRule", RuleArn="rule"), CREATED, Stale(frozenset({"rule"}))),
        (
            elbv2(
                "SetRulePriorities",
                RulePriorities__member__1__RuleArn="a",
                RulePriorities__member__1__Priority="3",
                RulePriorities__member__2__RuleArn="b",
            ),
            "",
            Stale(frozenset({"a", "b"})),
        ),
        (elbv2("AddTags", ResourceArns__member__1="rule"), "", None),
        (elbv2("DescribeRules", ListenerArn="listener"), CREATED, None),
        (elbv2("CreateShinyThing"), "", EVERYTHING),
        (elbv2("CreateLoadBalancer", version="2012-06-01"), "", None),
        (Call("elasticloadbalancing"), "", EVERYTHING),  # its form is not where it is looked for
        (lambda_("PUT", "/demo/configuration"), "", DEMO),
        (lambda_("PUT", f"/{FUNCTION}/code"), "", DEMO),
        (lambda_("DELETE", "/123456789012:function:demo:live"), "", DEMO),
        (lambda_("POST", "/demo:live/policy"), "", DEMO),
        (lambda_("POST", "/"), '{"FunctionName": "demo"}', DEMO),
        (lambda_("POST", ""), '{"FunctionName": "demo"}', DEMO),
        (lambda_("POST", ""), '{"Type": "User"}', None),
        (lambda_("POST", ""), "<html>", None),
        (lambda_("POST", "/demo/invocations"), "", None),
        (lambda_("POST", f"/{FUNCTION}/invocations/"), "", None),
        (Call("lambda", "POST", "/2014-11-13/functions/demo/invocations"), "", None),
        (lambda_("GET", "/demo"), "", None),
        (lambda_("GET", "/demo/something-new"), "", None),
        (lambda_("PUT", "/demo/something-new"), "", EVERYTHING),
        (Call("acm", target="CertificateManager.ImportCertificate"), "", NOTHING_READ),
        (Call("acm", target="CertificateManager.ListCertificates"), "", None),
        (Call("cloudformation", form={"Action": ["DescribeStacks"]}), "", None),
        (Call("cloudformation", form={"Action": ["CreateStack"]}), "", EVERYTHING),
        (Call("s3", "PUT", "/bucket/key"), "", None),
    ],
)
def test_what_a_call_makes_stale(call: Call, answer: str, expected: Stale | None) -> None:
    assert stale.of(call, [answer[:9].encode(), answer[9:].encode()]) == expected
