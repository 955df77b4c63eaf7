"""The messages of Terraform's plugin protocol that are looked into: bytes to values and back.

A message is protobuf (Terraform, docs/plugin-protocol, tfplugin5.proto). A resource in it is a
`DynamicValue`, MessagePack in which an unknown value is an extension (object-wire-format.md there).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgpack

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # protobuf's wire types
_LENGTHS = {FIXED64: 8, FIXED32: 4}
MSGPACK = 1  # DynamicValue's field

Fields = list[tuple[int, int | bytes]]
Unknown = msgpack.ExtType


def fields(message: bytes) -> Fields:
    """The fields of a message by number, in order; numbers as int, all else as bytes."""
    found: Fields = []
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            found.append((number, value))
            continue
        if kind == BYTES:
            length, at = _varint(message, at)
        else:
            length = _LENGTHS[kind]
        found.append((number, message[at : at + length]))
        at += length
    return found


def message(fields: Iterable[tuple[int, int | bytes]]) -> bytes:
    """The opposite, of fields that are numbers, bytes or messages."""
    parts = []
    for number, value in fields:
        if isinstance(value, bytes):
            parts += [_number(number << 3 | BYTES), _number(len(value)), value]
        else:
            parts += [_number(number << 3 | VARINT), _number(value)]
    return b"".join(parts)


def one(fields: Fields, number: int) -> bytes:
    """The bytes of a field that is there at most once."""
    found = next((value for each, value in fields if each == number), b"")
    assert isinstance(found, bytes)
    return found


def value(dynamic: bytes) -> Any:
    """What a DynamicValue holds: None, a dict, a list, a string, a number, or `Unknown`."""
    packed = one(fields(dynamic), MSGPACK)
    return msgpack.unpackb(packed, strict_map_key=False) if packed else None


def dynamic(value: Any) -> bytes:
    packed: bytes = msgpack.packb(value)
    return message([(MSGPACK, packed)])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while data[at] & 0x80:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1


def _number(value: int) -> bytes:
    septets = bytearray()
    while value > 0x7F:
        septets.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*septets, value])
