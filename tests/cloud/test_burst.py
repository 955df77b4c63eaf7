"""Many at once."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.cloud.conftest import Deploy
from tests.sites import Address, sleeps

CLIENTS = 200


async def status(address: Address) -> int:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


def test_200_requests_at_once_are_all_answered(deploy: Deploy) -> None:
    site = deploy(sleeps(0.02))

    async def burst() -> list[int]:
        async with asyncio.timeout(30):
            return await asyncio.gather(*(status(site.address) for _ in range(CLIENTS)))

    assert Counter(asyncio.run(burst())) == {200: CLIENTS}
