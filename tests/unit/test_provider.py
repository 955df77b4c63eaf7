"""How our use of the AWS provider is compared with what its bindings say; here with very small ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.provider import deprecations, npm
from tests.provider.bindings import Schema, file, schema
from tests.provider.check import problems
from tests.provider.deprecations import files, in_pulumi, in_schema, interface
from tests.provider.usage import Block, Kind, Read, blocks, mocked, reads

LISTENER = Kind("resource", "aws_lb_listener")
SUBNETS = Kind("data", "aws_subnets")

# What our HCL uses

HCL = """
data "aws_subnets" "default" {
  count = 1
  filter {
    name = "default-for-az"
  }
}

# aws_lb.comment.arn
resource "aws_lb_listener" "http" {
  port = 80
  tags = { a = 1 }
  load_balancer_arn = aws_lb.this.arn

  dynamic "default_action" {
    for_each = [{ type = "forward" }]
    content {
      type = "forward"
      forward {
        target_group {
          arn = data.aws_lb_target_group.given[0].arn
        }
      }
    }
  }

  dynamic "mutual_authentication" {
    for_each = []
    content {}
  }

  lifecycle {
    create_before_destroy = true
    precondition {
      condition = length(aws_lb.this[*].subnets) > 1 && "${aws_lb.many["a.b"].id}" != ""
    }
  }
}

resource "terraform_data" "this" {
  input = aws_lb.this
}
"""


def test_every_block_is_found() -> None:
    assert [(each.kind, each.path, set(each.arguments)) for each in blocks(HCL, "main.tf")] == [
        (
            LISTENER,
            (),
            {"port", "tags", "load_balancer_arn", "default_action", "mutual_authentication"},
        ),
        (LISTENER, ("default_action",), {"type", "forward"}),
        (LISTENER, ("default_action", "forward"), {"target_group"}),
        (LISTENER, ("default_action", "forward", "target_group"), {"arn"}),
        (LISTENER, ("mutual_authentication",), set()),
        (SUBNETS, (), {"filter"}),
        (SUBNETS, ("filter",), {"name"}),
    ]


def test_every_attribute_that_is_read_is_found() -> None:
    lb = Kind("resource", "aws_lb")
    assert [(each.kind, each.attribute) for each in reads(HCL, "main.tf")] == [
        (lb, "arn"),
        (Kind("data", "aws_lb_target_group"), "arn"),
        (lb, "subnets"),
        (lb, "id"),
    ]


def test_every_attribute_that_is_mocked_is_found() -> None:
    text = (
        'mock_resource "aws_lb_listener" {\n  defaults = {\n    arn = "arn:aws:x"\n    id = "x" # y\n  }\n}\n'
    )
    assert list(mocked(text, "x")) == [Read(LISTENER, "arn", "x"), Read(LISTENER, "id", "x")]


# What the bindings say

BINDINGS = """
export interface LbListenerConfig extends cdktn.TerraformMetaArguments {
    /**
    * Docs: {@link https://example.com/lb_listener#load_balancer_arn LbListener#load_balancer_arn}
    */
    readonly loadBalancerArn: string;
    /**
    * Docs: {@link https://example.com/lb_listener#tags LbListener#tags}
    */
    readonly tags?: {
        [key: string]: string;
    };
    /**
    * default_action block
    *
    * Docs: {@link https://example.com/lb_listener#default_action LbListener#default_action}
    */
    readonly defaultAction: LbListenerDefaultAction[] | cdktn.IResolvable;
}
export interface LbListenerDefaultAction {
    /**
    * Docs: {@link https://example.com/lb_listener#type LbListener#type}
    */
    readonly type: string;
}
export declare class LbListenerDefaultActionOutputReference extends cdktn.ComplexObject {
    get type(): string;
}
export declare class LbListener extends cdktn.TerraformResource {
    get arn(): string;
    get loadBalancerArn(): string;
    get loadBalancerArnInput(): string | undefined;
}
"""
KNOWN = Schema(
    {
        (): {"load_balancer_arn": True, "tags": False, "default_action": True},
        ("default_action",): {"type": True},
    },
    frozenset({"arn", "loadBalancerArn", "loadBalancerArnInput"}),
)


def test_a_schema_is_read() -> None:
    assert schema(BINDINGS) == KNOWN


def test_where_a_schema_is() -> None:
    assert file(LISTENER) == "package/lib/lb-listener/index.d.ts"
    assert file(SUBNETS) == "package/lib/data-aws-subnets/index.d.ts"


# The comparison

RIGHT = [
    Block(LISTENER, (), frozenset({"load_balancer_arn", "default_action"}), "a"),
    Block(LISTENER, ("default_action",), frozenset({"type"}), "a"),
]
# block or attribute: what is wrong with it
WRONG: list[tuple[Block | Read, list[str]]] = [
    (RIGHT[0], []),
    (RIGHT[1], []),
    (Block(LISTENER, (), RIGHT[0].arguments | {"port"}, "a"), ["port does not exist"]),
    (Block(LISTENER, (), RIGHT[0].arguments | {"arn"}, "a"), ["arn can only be read"]),
    (
        Block(LISTENER, (), frozenset({"default_action"}), "a"),
        ["load_balancer_arn is required, and not given"],
    ),
    (
        Block(LISTENER, ("default_action",), frozenset(), "a"),
        ["default_action.type is required, and not given"],
    ),
    (
        Block(LISTENER, ("default_action",), frozenset({"type", "arn"}), "a"),
        ["default_action.arn does not exist"],
    ),
    (Block(LISTENER, ("else",), frozenset({"x"}), "a"), []),  # of "else" the block around it tells
    (
        Block(LISTENER, (), RIGHT[0].arguments | {"tags"}, "a"),
        ["tags is deprecated: write labels"],
    ),
    (Block(SUBNETS, (), frozenset(), "a"), ["does not exist"]),
    (Block(SUBNETS, ("filter",), frozenset(), "a"), []),
    (Read(LISTENER, "arn", "a"), []),
    (Read(LISTENER, "load_balancer_arn", "a"), []),
    (Read(LISTENER, "dns_name", "a"), ["dns_name does not exist"]),
    (Read(SUBNETS, "ids", "a"), ["does not exist"]),
]


def deprecated(kind: Kind, path: tuple[str, ...]) -> str | None:
    return "write labels" if path == ("tags",) else ""


@pytest.mark.parametrize(("use", "texts"), WRONG)
def test_problems(use: Block | Read, texts: list[str]) -> None:
    found = (
        problems([use], [], [], {LISTENER: KNOWN}, deprecated)
        if isinstance(use, Block)
        else problems([], [use], [], {LISTENER: KNOWN}, deprecated)
    )
    assert [each.text for each in found] == texts


def test_only_a_mock_may_have_what_is_deprecated() -> None:
    known = {LISTENER: Schema({(): {}}, frozenset({"tags"}))}
    tags = Read(LISTENER, "tags", "a")
    assert list(problems([], [], [tags], known, deprecated)) == []
    assert [each.text for each in problems([], [tags], [], known, deprecated)] == [
        "tags is deprecated: write labels"
    ]


# What is deprecated


def test_by_the_providers_schema() -> None:
    block: dict[str, Any] = {
        "attributes": {"a": {"deprecated": True}, "b": {}},
        "block_types": {
            "c": {"block": {"deprecated": True}},
            "d": {"block": {"attributes": {"a": {"deprecated": True}}}},
        },
    }
    assert set(in_schema(block)) == {("a",), ("c",), ("d", "a")}


PLACES = [
    (LISTENER, "package/lb/listener.d.ts"),
    (SUBNETS, "package/ec2/getSubnets.d.ts"),
    (Kind("data", "aws_caller_identity"), "package/getCallerIdentity.d.ts"),
    (Kind("resource", "aws_vpc_security_group_ingress_rule"), "package/vpc/securityGroupIngressRule.d.ts"),
    (Kind("resource", "aws_lb"), "package/lb/loadBalancer.d.ts"),
]


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_where_pulumi_has_it(kind: Kind, place: str) -> None:
    assert place in files(kind)


PULUMI = """
export interface ListenerArgs {
    /**
     * Actions.
     */
    defaultActions: pulumi.Input<pulumi.Input<inputs.lb.ListenerDefaultAction>[]>;
    /**
     * Old.
     *
     * @deprecated old is deprecated.
     */
    old?: pulumi.Input<string | undefined>;
    /**
     * Text that says @deprecated of nothing behind it.
     */
    policies?: pulumi.Input<string | undefined>;
}
"""
TYPES = """
export declare namespace ec2 {
    interface ListenerDefaultAction {
        /** another */
        order?: number;
    }
}
export declare namespace lb {
    interface Listener {
        /** another */
        type: string;
    }
    interface ListenerDefaultAction {
        /**
         * @deprecated type is deprecated.
         */
        type: pulumi.Input<string>;
    }
}
"""
PATHS = [
    (("default_action",), ""),
    (("old",), "old is deprecated."),
    (("policy",), ""),
    (("default_action", "type"), "type is deprecated."),
    (("default_action", "order"), None),
    (("id",), None),
]


@pytest.mark.parametrize(("path", "reason"), PATHS)
def test_by_pulumi(path: deprecations.Path, reason: str | None) -> None:
    assert in_pulumi(PULUMI, lambda name: interface(TYPES, name), path) == reason


# Packages


def test_without_npm_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(npm.Unavailable, match=r"npm is not on PATH: install Node\.js"):
        npm.package("@scope/name@1.0.0", tmp_path)


def test_a_package_that_cannot_be_had_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "npm"
    command.write_text("#!/bin/sh\necho 404\nexit 1\n")
    command.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(npm.Unavailable, match=r"npm cannot download @scope/name@1\.0\.0:\n404"):
        npm.package("@scope/name@1.0.0", tmp_path)


def test_a_package_is_downloaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scope-name-1.0.0.tgz").touch()
    monkeypatch.setenv("PATH", "")
    assert npm.package("@scope/name@1.0.0", tmp_path) == tmp_path / "scope-name-1.0.0.tgz"
