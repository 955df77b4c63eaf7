"""What a listener rule asks of a request. Pure.

User guide, "Rule condition types". Each request meets the conditions of a listener, and they never change: so
what a condition's values say is worked out once, as one test for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import ip_address, ip_network

from localalb.balancer import regexes, wildcard
from localalb.http.message import Request


@dataclass(frozen=True)
class Condition:
    """`field` as the API names it: host-header, path-pattern, http-header, http-request-method,
    query-string, source-ip. `values` are patterns; a query-string's are (key or None, value) pairs.
    `regexes` are regular expressions in the place of the values."""

    field: str
    values: tuple[str, ...] = ()
    header: str = ""
    pairs: tuple[tuple[str | None, str], ...] = ()
    regexes: tuple[str, ...] = ()

    @cached_property
    def holds(self) -> Callable[[Request], object]:
        """Whether a request meets it: any one of its values suffices."""
        fits, compared = self._fits, self.compared
        if self.field == "path-pattern":  # of which a listener has the most, and then hundreds
            return lambda request: fits(request.path)
        return lambda request: any(map(fits, compared(request)))

    def compared(self, request: Request) -> Sequence[str]:
        """What of a request it is about: none, one or several texts, as they came. `explanation` shows
        them."""
        match self.field:
            case "path-pattern":
                return (request.path,)
            case "host-header":
                # A regular expression may match the port too (provider 6, `aws_lb_listener_rule`:
                # `host_header`). Guess: otherwise the port in the Host header takes no part.
                return (request.host_and_port if self.regexes else request.host,)
            case "http-request-method":
                return (request.method,)
            case "http-header":
                return request.values(self.header)
            case "source-ip":
                # The peer's address, never X-Forwarded-For.
                return (request.peer[0],)
            case _:
                return [f"{key}={value}" for key, value in request.query_pairs]

    @property
    def _fits(self) -> Callable[[str], object]:
        """Whether a text, of those compared, fits one of the values."""
        ignore_case = self.field != "path-pattern"
        if self.regexes:
            return _matching(self.regexes, ignore_case=ignore_case)
        match self.field:
            case "query-string":
                pairs = (_pair(key, value) for key, value in self.pairs if "=" not in (key or ""))
                return wildcard.one_of(pairs, ignore_case=True)
            case "http-request-method":
                return frozenset(self.values).__contains__
            case "source-ip":
                return _inside(self.values)
            case _:
                return wildcard.one_of(map(wildcard.expression, self.values), ignore_case=ignore_case)


def _matching(expressions: Iterable[str], *, ignore_case: bool) -> Callable[[str], bool]:
    """Whether one of these regular expressions matches somewhere in a text.

    Unlike a value one may match a part (aws-cli #9792 has a path's beginning). Headers match in any case
    (user guide, "HTTP header conditions"); that host names do, as they do by value, is a guess.
    """
    searches = [regexes.compiled(each, ignore_case=ignore_case).search for each in expressions]

    def fits(text: str) -> bool:
        octets = text.encode("latin-1")
        return any(search(octets) for search in searches)

    return fits


def _pair(key: str | None, value: str) -> str:
    """What fits a pair of a query, whose key ends at the first `=`. Guess: the raw text is compared, as ALB
    decodes no query anywhere else."""
    name = wildcard.expression("*" if key is None else key, escapes=True, character="[^=]")
    return f"{name}={wildcard.expression(value, escapes=True)}"


def _inside(blocks: Iterable[str]) -> Callable[[str], bool]:
    """Whether an address is in one of these blocks: its bits begin as theirs do."""
    networks = [ip_network(block, strict=False) for block in blocks]
    beginnings = tuple(_bits(str(network.network_address))[: 1 + network.prefixlen] for network in networks)
    return lambda address: _bits(address).startswith(beginnings)


@lru_cache(maxsize=1024)
def _bits(text: str) -> str:
    """An address's version, which is no bit, and its bits."""
    address = ip_address(text)
    return f"{address.version}{int(address):0{address.max_prefixlen}b}"
