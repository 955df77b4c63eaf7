"""The named security policies against the tables of the guide."""

from __future__ import annotations

import ssl

import pytest

from localalb.balancer.topology import SecurityPolicy
from localalb.control_plane.security_policies import POLICIES
from localalb.serving import policy
from tests.cases.policies import ALL, PolicyCase

OLD = {"ELBSecurityPolicy-2015-05", "ELBSecurityPolicy-TLS-1-0-2015-04"}  # of the guide of former years


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_a_policy_is_the_guide_s(case: PolicyCase) -> None:
    found = POLICIES[case.name]
    assert tuple(found["ssl_protocols"]) == case.protocols
    assert sorted(found["ciphers"]) == sorted(case.ciphers)


def test_there_are_no_others() -> None:
    assert set(POLICIES) == {case.name for case in ALL} | OLD


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_context_takes_one_policy_after_the_other() -> None:
    """From the strictest to the weakest and back: versions are never below the lowest, nor does a level
    remain."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for case in (*ALL, *reversed(ALL)):
        policy.apply(SecurityPolicy(case.protocols, case.ciphers), context)
        low, high = case.protocols[-1], case.protocols[0]
        assert (context.minimum_version, context.maximum_version) == (
            policy.VERSIONS[low],
            policy.VERSIONS[high],
        )
        named = {each["name"] for each in context.get_ciphers()}
        if low != "TLSv1.3":
            assert {name for name in named if not name.startswith("TLS_")} == {
                name for name in case.ciphers if not name.startswith("TLS_")
            }
            assert context.security_level == (0 if low in ("TLSv1", "TLSv1.1") else 2)


def test_post_quantum_policies_are_those_of_the_same_name() -> None:
    """The groups that PQ stands for have no place in Python's ssl."""
    for name in (each for each in POLICIES if "-PQ-" in each):
        old = name.replace("FIPS-PQ-2025-09", "FIPS-2023-04").replace("PQ-2025-09", "2021-06")
        assert {**POLICIES[name], "name": old} == POLICIES[old]


def test_the_weakest_cipher_is_left_out() -> None:
    weak = POLICIES["ELBSecurityPolicy-TLS-1-0-2015-04"]
    assert {**weak, "name": "ELBSecurityPolicy-2016-08"} == POLICIES["ELBSecurityPolicy-2016-08"]
