"""What is wrong with our use of a provider, given what its schema says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.provider.bindings import Schema, dotted, unreadable, wrong
from tests.provider.usage import Block, Kind, Read

# Why the argument or attribute at a path is deprecated, None where it is not.
Deprecated = Callable[[Kind, tuple[str, ...]], str | None]


@dataclass(frozen=True)
class Problem:
    kind: Kind
    place: str
    text: str


def problems(
    blocks: Iterable[Block],
    reads: Iterable[Read],
    mocks: Iterable[Read],
    schemas: Mapping[Kind, Schema],
    deprecated: Deprecated,
) -> Iterator[Problem]:
    """All that is wrong. A mock may give a value to what is deprecated: somebody's stack may read it."""
    for block in blocks:
        if block.kind in schemas:
            yield from (Problem(block.kind, block.place, text) for text in wrong(block, schemas[block.kind]))
        elif not block.path:
            yield Problem(block.kind, block.place, "does not exist")
        for argument in sorted(block.arguments):
            if reason := deprecated(block.kind, (*block.path, argument)):
                yield Problem(
                    block.kind, block.place, f"{dotted(block.path, argument)} is deprecated: {reason}"
                )
    for read in (*reads, *mocks):
        if read.kind in schemas:
            yield from (Problem(read.kind, read.place, text) for text in unreadable(read, schemas[read.kind]))
        else:
            yield Problem(read.kind, read.place, "does not exist")
    for read in reads:
        if reason := deprecated(read.kind, (read.attribute,)):
            yield Problem(read.kind, read.place, f"{read.attribute} is deprecated: {reason}")
