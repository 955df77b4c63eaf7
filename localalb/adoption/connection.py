"""One connection of Terraform's to the relay: which provider is behind it, what is answered instead."""

from __future__ import annotations

import asyncio

from localalb.adoption.load_balancers import LoadBalancers
from localalb.adoption.provider import Provider, Providers
from localalb.adoption.relay import Ask, Refused, Relay
from localalb.adoption.side import Side

CONFIGURE, APPLY = "Configure", "ApplyResourceChange"


async def serve_connection(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    providers: Providers,
    load_balancers: LoadBalancers,
) -> None:
    """Until Terraform or the provider closes it."""
    terraform = Side(reader, writer, client=False)
    first = await terraform.read()
    if not first:  # go-plugin connects once only to see whether somebody is there
        terraform.close()
        return
    behind = await providers.any()

    async def answer(method: str, message: bytes, ask: Ask) -> bytes | None:
        if method == APPLY:
            return await load_balancers.answer(message, ask)
        load_balancers.configure(message)
        return await configured(message, ask)

    async def configured(message: bytes, ask: Ask) -> bytes | None:
        nonlocal behind
        async with providers.configuring:
            provider = await providers.to_configure(message)
            if provider is not behind:
                behind = provider
                relay.turn_to(await _side(provider))
            if provider.answer is None:
                provider.configuration = message
                try:
                    provider.answer = await ask(CONFIGURE, message)
                except Refused:
                    return None  # it will say so itself
            return provider.answer

    relay = Relay(terraform, await _side(behind), frozenset({CONFIGURE, APPLY}), answer)
    await relay.run(first)


async def _side(provider: Provider) -> Side:
    return Side(*await asyncio.open_unix_connection(provider.socket), client=True)
