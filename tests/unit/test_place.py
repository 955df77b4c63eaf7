"""Where a target group's requests go, as people write it."""

from __future__ import annotations

import re

import pytest

from localalb.balancer.local_targets import located
from localalb.balancer.topology import Address, TargetGroup
from localalb.http.place import Place, is_local, place, written

GOOD = {
    "web=127.0.0.1:3000": ("web", ("127.0.0.1", 3000)),
    "web=[::1]:3000": ("web", ("::1", 3000)),
    "web=localhost:3000": ("web", ("localhost", 3000)),
    "web-*=10.0.0.5:80": ("web-*", ("10.0.0.5", 80)),
}
BAD = {
    "3000": "names no target group",
    "=127.0.0.1:3000": "names no target group",
    "w b=127.0.0.1:3000": "names no target group",
    "web=127.0.0.1": "has no port",
    "web=127.0.0.1:0": "has no port",
    "web=127.0.0.1:65536": "has no port",
    "web=127.0.0.1:http": "has no port",
    "web=example.com:80": "is neither an IP address nor localhost",
    "web=:80": "is neither an IP address nor localhost",
    "web=::1:80": "",
}


@pytest.mark.parametrize("word", GOOD)
def test_a_place(word: str) -> None:
    assert place(word) == GOOD[word]
    assert word.endswith("=" + written(place(word)[1]))


@pytest.mark.parametrize("word", [word for word in BAD if BAD[word]])
def test_no_place(word: str) -> None:
    with pytest.raises(ValueError, match=re.escape(BAD[word])) as refused:
        place(word)
    assert repr(word) in str(refused.value)
    assert "write NAME=ADDRESS:PORT" in str(refused.value)


LOCAL = {
    "127.0.0.1": True, "127.9.9.9": True, "::1": True, "localhost": True, "0.0.0.0": False,
    "example.com": False, "10.0.0.5": False, "169.254.169.254": False,
}  # fmt: skip


@pytest.mark.parametrize("host", LOCAL)
def test_this_machine(host: str) -> None:
    assert is_local(host) is LOCAL[host]


@pytest.mark.parametrize("host", LOCAL)
@pytest.mark.parametrize("kind", ["ip", "instance"])
def test_nothing_is_reached_elsewhere_unless_one_says_so(kind: str, host: str) -> None:
    group = TargetGroup("arn", "web", type=kind, addresses=(Address(host, 80),))
    (found,) = located({"arn": group}, {}, ())["arn"].addresses
    expected: Place | None = (host, 80) if kind == "ip" and LOCAL[host] else None
    assert found.reached == expected
    assert ("--target web=" in found.why) is (expected is None)
    (sent,) = located({"arn": group}, {"w*": ("10.1.1.1", 8)}, ())["arn"].addresses
    assert sent.reached == ("10.1.1.1", 8)
