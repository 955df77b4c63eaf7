"""What a provider's TypeScript bindings for CDK Terrain say of one resource or data source.

They are generated from the provider's schema: an interface for each block, in which a member is an argument
and a question mark makes it optional; its comment links to the argument by the name that HCL has for it. What
can only be read has a getter in the last class and is in no interface.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.provider.usage import Block, Kind, Read

INTERFACE = re.compile(r"^export interface (\w+)(.*?) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
# Comment, name in HCL, question mark, type.
MEMBER = re.compile(r"/\*\*(?:(?!\*/).)*?#(\w+)\}.*?\*/\s*readonly \w+(\??): (.*?);\n", re.DOTALL)
RESOURCE = re.compile(
    r"^export declare class \w+ extends \w+\.Terraform(?:Resource|DataSource) \{.*", re.M | re.S
)
GETTER = re.compile(r"^ +get (\w+)\(\):", re.MULTILINE)


@dataclass(frozen=True)
class Schema:
    """What a resource takes, block by block, and what can be read of it."""

    takes: Mapping[tuple[str, ...], Mapping[str, bool]]  # path -> argument -> whether it is required
    readable: frozenset[str]  # in camel case


def file(kind: Kind) -> str:
    """Where the package has it: in lib/lb-listener, in lib/data-aws-lb."""
    name = kind.type.removeprefix("aws_").replace("_", "-")
    return f"package/lib/{'data-aws-' if kind.mode == 'data' else ''}{name}/index.d.ts"


def schema(text: str) -> Schema:
    """The schema in an index.d.ts."""
    interfaces = {
        name: [(member, not optional, type_) for member, optional, type_ in MEMBER.findall(body)]
        for name, _, body in INTERFACE.findall(text)
    }
    (top,) = (name for name, extends, _ in INTERFACE.findall(text) if "TerraformMetaArguments" in extends)

    def blocks(name: str, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, bool]]]:
        yield path, {member: required for member, required, _ in interfaces[name]}
        for member, _, type_ in interfaces[name]:
            for inner in interfaces.keys() & set(re.findall(r"\w+", type_)):
                yield from blocks(inner, (*path, member))

    found = RESOURCE.search(text)
    return Schema(dict(blocks(top, ())), frozenset(GETTER.findall(found[0] if found else "")))


def wrong(block: Block, schema: Schema) -> Iterator[str]:
    """What the provider would refuse of a block."""
    known = schema.takes.get(block.path)
    if known is None:
        return  # the block around it already says so
    for argument in sorted(block.arguments - known.keys()):
        readable = not block.path and camel(argument) in schema.readable
        yield f"{dotted(block.path, argument)} {'can only be read' if readable else 'does not exist'}"
    for argument in sorted({each for each, required in known.items() if required} - block.arguments):
        yield f"{dotted(block.path, argument)} is required, and not given"


def unreadable(read: Read, schema: Schema) -> Iterator[str]:
    if camel(read.attribute) not in schema.readable:
        yield f"{read.attribute} does not exist"


def dotted(path: tuple[str, ...], argument: str) -> str:
    return ".".join((*path, argument))


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
