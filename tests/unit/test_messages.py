"""Messages of Terraform's plugin protocol, read and written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.adoption import messages
from localalb.adoption.messages import Unknown

# Protocol Buffers Documentation, "Encoding": a message with a number, one with a string.
PUBLISHED: dict[bytes, messages.Fields] = {
    bytes.fromhex("089601"): [(1, 150)],
    bytes.fromhex("120774657374696e67"): [(2, b"testing")],
    bytes.fromhex("1a03089601"): [(3, bytes.fromhex("089601"))],
}


@pytest.mark.parametrize("encoded", PUBLISHED, ids=bytes.hex)
def test_published_messages(encoded: bytes) -> None:
    assert messages.fields(encoded) == PUBLISHED[encoded]
    assert messages.message(PUBLISHED[encoded]) == encoded


def test_fields_of_fixed_length_are_read_over() -> None:
    assert messages.fields(bytes.fromhex("0d01020304") + bytes.fromhex("1107060504030201000801")) == [
        (1, bytes.fromhex("01020304")),
        (2, bytes.fromhex("0706050403020100")),
        (1, 1),
    ]


FIELDS = st.lists(
    st.tuples(st.integers(1, 2**29 - 1), st.one_of(st.integers(0, 2**64 - 1), st.binary(max_size=300)))
)


@given(FIELDS)
def test_what_is_written_is_read(fields: list[tuple[int, int | bytes]]) -> None:
    assert messages.fields(messages.message(fields)) == fields


VALUES: dict[str, tuple[bytes, Any]] = {
    "nothing": (bytes.fromhex("c0"), None),
    "a resource": (bytes.fromhex("82a26964a2 6c62 a47461677380".replace(" ", "")), {"id": "lb", "tags": {}}),
    # object-wire-format.md: any extension is an unknown value; 12 is one of which something is known
    "an unknown value": (bytes.fromhex("81a26964d40000"), {"id": Unknown(0, b"\0")}),
    "one that is not null": (bytes.fromhex("81a26964c7030c8101c2"), {"id": Unknown(12, b"\x81\x01\xc2")}),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_resource_is_messagepack(case: str) -> None:
    packed, value = VALUES[case]
    assert messages.value(messages.message([(messages.MSGPACK, packed)])) == value
    assert messages.value(messages.dynamic(value)) == value
