"""What our HCL uses of the AWS provider: the blocks it writes and the attributes it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import hcl2

# What Terraform itself takes in a resource or data source.
META = {"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"}
BLOCK = "__is_block__"  # the parser's mark; its other additions begin so too
REFERENCE = re.compile(r"\b(data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)")
COMMENT = re.compile(r"^\s*(#|//).*$", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Kind:
    """A kind of resource or of data source."""

    mode: str  # resource, data
    type: str  # aws_lb


@dataclass(frozen=True)
class Block:
    """A resource or data source, or a block in one."""

    kind: Kind
    path: tuple[str, ...]  # () or such as ("rule", "filter")
    arguments: frozenset[str]  # what it sets, blocks included
    place: str


@dataclass(frozen=True)
class Read:
    """An attribute that an expression reads, or to which a mock gives a value."""

    kind: Kind
    attribute: str
    place: str


def blocks(text: str, place: str) -> Iterator[Block]:
    """Every block of AWS's in a .tf file, from the outside in."""
    parsed = hcl2.loads(text)
    for mode in ("resource", "data"):
        for type_, named in _labelled(parsed, mode):
            if type_.startswith("aws_"):
                for body in named.values():
                    own = {name: value for name, value in body.items() if name not in META}
                    yield from _blocks(Kind(mode, type_), (), own, place)


def _blocks(kind: Kind, path: tuple[str, ...], body: Mapping[str, Any], place: str) -> Iterator[Block]:
    inner = list(_inner(body))
    set_ = {name for name in body if not name.startswith("__") and name != "dynamic"}
    yield Block(kind, path, frozenset(set_ | {name for name, _ in inner}), place)
    for name, block in inner:
        yield from _blocks(kind, (*path, name), block, place)


def _inner(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The blocks in a block: those that `dynamic` makes, and those written out. An object is no block."""
    for label, dynamic in _labelled(body, "dynamic"):
        yield from ((label, content) for content in dynamic["content"])
    for name, value in body.items():
        if isinstance(value, list):
            yield from ((name, each) for each in value if isinstance(each, dict) and BLOCK in each)


def reads(text: str, place: str) -> Iterator[Read]:
    """Every attribute that a .tf file reads of a resource or data source by its address."""
    for data, type_, attribute in REFERENCE.findall(COMMENT.sub("", text)):
        yield Read(Kind("data" if data else "resource", type_), attribute, place)


def mocked(text: str, place: str) -> Iterator[Read]:
    """Every attribute to which a .tfmock.hcl file gives a value."""
    parsed = hcl2.loads(text)
    for mode in ("resource", "data"):
        for type_, body in _labelled(parsed, f"mock_{mode}"):
            for attribute in body["defaults"]:
                if not attribute.startswith("__"):
                    yield Read(Kind(mode, type_), attribute, place)


def _labelled(body: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block in body.get(name, ()):
        for label, inner in block.items():
            yield label.strip('"'), inner
