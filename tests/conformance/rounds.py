"""Which rows are played together. A load balancer has one set of attributes and one listener a port, so rows
that differ in them follow each other, a round after another; rows that want the same share a listener."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.conformance.play import Play, Setting

RULES = 90  # a load balancer has 100, defaults not counted (user guide, Quotas)

# What a round sets, but for what its rows want otherwise (user guide, Load balancer attributes).
DEFAULTS = {
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
}


@dataclass(frozen=True)
class Stand:
    """A listener on its port, and the rows that are played there."""

    port: int
    setting: Setting
    plays: tuple[Play, ...]


@dataclass(frozen=True)
class Round:
    attributes: Mapping[str, str]
    stands: list[Stand] = field(default_factory=list)

    def port(self, setting: Setting, ports: Sequence[int], width: int) -> int | None:
        """The port that a listener gets in this round; None where it does not fit in."""
        taken = {stand.port for stand in self.stands}
        rules = sum(len(stand.setting.rules) for stand in self.stands) + len(setting.rules)
        if rules > RULES or len(self.stands) == width:
            return None
        wanted = ports if setting.port is None else (setting.port,)
        return next((port for port in wanted if port not in taken), None)


def rounds(plays: Iterable[Play], ports: Sequence[int], width: int) -> list[Round]:
    """At most `width` listeners a round; `ports` are those that listeners get whose rows say nothing of one.
    Rows that nobody can play are left out."""
    found: list[Round] = []
    playable = [play for play in plays if not play.unplayable]
    for same in _grouped(playable, lambda play: json.dumps(dict(play.setting.attributes), sort_keys=True)):
        mine: list[Round] = []
        stands = [tuple(each) for each in _grouped(same, lambda play: play.setting.key)]
        for together in sorted(stands, key=lambda stand: stand[0].setting.port is None):
            setting = together[0].setting
            place = next((each for each in mine if each.port(setting, ports, width) is not None), None)
            if place is None:
                place = Round(DEFAULTS | dict(setting.attributes))
                mine.append(place)
            port = place.port(setting, ports, width)
            assert port is not None  # an empty round takes every listener
            place.stands.append(Stand(port, setting, together))
        found += mine
    return found


def _grouped(plays: Iterable[Play], key: Callable[[Play], str]) -> list[list[Play]]:
    return [list(each) for _, each in itertools.groupby(sorted(plays, key=key), key)]
