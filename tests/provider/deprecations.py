"""Which arguments and attributes of the AWS provider are deprecated; CDK Terrain's bindings do not tell.

The provider that is installed says it in its own schema, but may be 5. Of 6 @pulumi/aws tells, which is
generated from it: it has @deprecated before a member. It has names of its own: camel case, plurals, and
folders for services.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.provider.bindings import camel
from tests.provider.usage import Kind

Path = tuple[str, ...]

# What @pulumi/aws calls otherwise, as it would be called here.
NAMES = {
    "aws_alb": "aws_alb_load_balancer",
    "aws_lb": "aws_lb_load_balancer",
    "aws_s3_object": "aws_s3_bucket_objectv2",
}
# Comment, name, type.
MEMBER = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*(?:readonly )?(\w+)\??: (.*?);\n", re.DOTALL)
REASON = re.compile(r"^[ *]*@deprecated (.*)", re.MULTILINE)


def in_schema(block: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    """The paths that a schema of `terraform providers schema -json` calls deprecated."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("deprecated"):
            yield (*path, name)
    for name, inner in block.get("block_types", {}).items():
        if inner["block"].get("deprecated"):
            yield (*path, name)
        yield from in_schema(inner["block"], (*path, name))


def files(kind: Kind) -> Iterator[str]:
    """Where @pulumi/aws may have it, the likeliest first: aws_lb_listener is lb/listener, aws_vpc ec2/vpc."""
    words = NAMES.get(kind.type, kind.type).removeprefix("aws_").split("_")
    folders = [*("".join(words[:at]) + "/" for at in range(1, len(words))), "ec2/", ""]
    rests = [*(words[at:] for at in range(1, len(words))), words, words]
    for folder, rest in zip(folders, rests, strict=True):
        name = camel("_".join(["get", *rest] if kind.mode == "data" else rest))
        yield f"package/{folder}{name}.d.ts"


def in_pulumi(text: str, nested: Callable[[str], str | None], path: Path) -> str | None:
    """Why the argument at `path` is deprecated, "" where it is not, None where it is not to be found.

    `text` declares the resource, `nested` gives the text of an interface by its name, lb.ListenerAction.
    """
    name, *rest = path
    found = [member for member in MEMBER.findall(text) if member[1] in _spellings(name)]
    if not found:
        return None
    for comment, _, _ in found:
        if reason := REASON.search(comment):
            return reason[1]
    if not rest:
        return ""
    inner = next((match[1] for *_, type_ in found if (match := re.search(r"inputs\.([\w.]+)", type_))), None)
    declaration = nested(inner) if inner else None
    return in_pulumi(declaration, nested, tuple(rest)) if declaration else None


def _spellings(name: str) -> tuple[str, ...]:
    one = camel(name)
    return one, f"{one}s", f"{one}es", f"{one[:-1]}ies"


def interface(types: str, name: str) -> str | None:
    """The text of one interface of types/input.d.ts: a namespace for each service, at the left margin."""
    *namespaces, last = name.split(".")
    for namespace in namespaces:
        found = re.search(
            rf"^( *)(?:export (?:declare )?)?namespace {namespace} \{{\n(.*?)^\1\}}", types, re.M | re.S
        )
        types = found[2] if found else ""
    found = re.search(rf"^( *)(?:export )?interface {last} \{{\n(.*?)^\1\}}", types, re.M | re.S)
    return found[2] if found else None
