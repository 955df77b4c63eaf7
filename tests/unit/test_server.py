"""The sockets of listeners: one that cannot have the TLS it should is not served in another way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from localalb.balancer.topology import Listener, LoadBalancer, MutualTls, SecurityPolicy, Topology
from localalb.serving.openssl import Trust
from localalb.serving.server import DataPlane
from localalb.serving.tls import Certificate
from tests.certificates import Authority

POLICY = SecurityPolicy(("TLSv1.2",), ("ECDHE-ECDSA-AES128-GCM-SHA256",))
LISTENER = Listener("listener", 0, "HTTPS", (), ("known",), POLICY)


def served(*changes: dict[str, Any]) -> list[int]:
    """How many listeners are served after each of the changes to one."""
    authority = Authority()
    issued = authority.issue("a.example")
    certificates = {"known": Certificate("known", issued.certificate, issued.private_key, issued.chain)}
    trusts = {"store": Trust(authority.root), "broken": Trust(b"no PEM")}

    async def apply() -> list[int]:
        nobody: Any = None
        data, found = DataPlane(nobody, certificates.get, trusts.get), []
        for change in changes:
            balancer = LoadBalancer("balancer", "demo", "d.elb", (replace(LISTENER, **change),))
            await data.apply(Topology((balancer,)))
            found.append(len(data.served()))
        await data.close()
        return found

    return asyncio.run(apply())


@pytest.mark.parametrize("change", [{"policy": None}, {"certificates": ("gone",)}], ids=repr)
def test_without_a_policy_or_a_certificate_nothing_is_served(change: dict[str, Any]) -> None:
    assert served(change) == [0]


@pytest.mark.parametrize("mutual", [None, MutualTls("verify", "store"), MutualTls("passthrough")], ids=repr)
def test_what_listens_goes_on_when_its_terms_change(mutual: MutualTls | None) -> None:
    assert served({}, {"mutual": mutual}, {}) == [1, 1, 1]


@pytest.mark.parametrize("change", [{"certificates": ("gone",)}, {"mutual": MutualTls("verify", "broken")}])
def test_a_listener_that_cannot_verify_is_closed(change: dict[str, Any]) -> None:
    """On the terms of before, clients would come in that may not."""
    verify = {"mutual": MutualTls("verify", "store")}
    assert served({}, verify | change, verify) == [1, 0, 1]


def test_one_without_mutual_tls_keeps_its_old_certificate() -> None:
    assert served({}, {"certificates": ("gone",)}) == [1, 1]
