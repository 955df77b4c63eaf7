"""Many at once."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.cloud.conftest import Deploy
from tests.sites import TIMEOUT, WAITING, Address
from tests.waiting import Gate

CLIENTS = 200


async def asked(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Both ends: a writer that nobody holds any more closes the connection."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    await writer.drain()
    return reader, writer


def test_200_requests_at_once_are_all_answered(deploy: Deploy, gate: Gate) -> None:
    """None is answered before the last has been sent."""
    site = deploy(WAITING, timeout=60, environment={"GATE": str(gate.path)})

    async def burst() -> list[bytes]:
        streams = await asyncio.gather(*(asked(site.address) for _ in range(CLIENTS)))
        with gate.held():
            pass
        async with asyncio.timeout(TIMEOUT):
            return await asyncio.gather(*(reader.read() for reader, _ in streams))

    statuses = [int(answer.split(b" ", 2)[1]) for answer in asyncio.run(burst())]
    assert Counter(statuses) == {200: CLIENTS}
