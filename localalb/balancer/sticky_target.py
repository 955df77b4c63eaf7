"""Sticky sessions: which target of a target group a client was given before.

User guide, "Sticky sessions". A cookie of the load balancer's own (`lb_cookie`) is sent with each response;
one that goes along with the application's (`app_cookie`) where the target sets that, and while it holds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from email.utils import formatdate

from localalb.balancer.sticky import Sealed, cookies_of
from localalb.balancer.topology import Address, TargetGroup
from localalb.http.message import Headers, Request, Response

LIFE = 7 * 24 * 3600  # seconds; "has its own expiry of 7 days which is non-configurable"
BALANCERS_OWN = ("AWSALB", "AWSALBCORS")
APPLICATIONS = "AWSALBAPP-0"
# What a cookie that is too long would be spread over; observed: those without a part, and all where nothing
# sticks, are sent with this value.
SHARDS = ("AWSALBAPP-0", "AWSALBAPP-1", "AWSALBAPP-2", "AWSALBAPP-3")
REMOVED = "_remove_"
_CHROMIUM = re.compile(r"Chrom(?:e|ium)/(\d+)")


class StickyTarget:
    """Makes and reads the cookies of one cloud."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._sealed = Sealed()
        self._clock = clock

    def chosen(self, group: TargetGroup, request: Request, usable: Sequence[Address]) -> Address | None:
        """The target that a client's cookie names, where it may still get requests."""
        if group.attributes.get("stickiness.enabled") != "true":
            return None
        jar = cookies_of(request.values("cookie"))
        if group.attributes.get("stickiness.type") == "app_cookie":
            if group.attributes.get("stickiness.app_cookie.cookie_name") not in jar:
                return None
            names: tuple[str, ...] = (APPLICATIONS,)
            seconds = _seconds(group, "app_cookie")
        else:
            names, seconds = BALANCERS_OWN, _seconds(group, "lb_cookie")
        now = int(self._clock())
        for name in names:
            said = self._sealed.read(jar.get(name, ""), now, seconds)
            arn, _, key = (said or "").partition(" ")
            if arn == group.arn:
                return next((each for each in usable if each.key == key), None)
        return None

    def cookies(self, group: TargetGroup, address: Address, request: Request, response: Response) -> Headers:
        """The Set-Cookie headers that give a client its target."""
        if group.attributes.get("stickiness.enabled") != "true":
            return ()
        now = int(self._clock())
        value = self._sealed.write(f"{group.arn} {address.key}", now)
        rest = f"Expires={formatdate(now + LIFE, usegmt=True)}; Path=/"
        if group.attributes.get("stickiness.type") != "app_cookie":
            own, cors = BALANCERS_OWN
            return (
                ("Set-Cookie", f"{own}={value}; {rest}"),
                ("Set-Cookie", f"{cors}={value}; {rest}; SameSite=None; Secure"),
            )
        if not (self._sets(group, response) or self.chosen(group, request, (address,))):
            return tuple(("Set-Cookie", f"{name}={REMOVED}; {rest}") for name in SHARDS)
        agent = _CHROMIUM.search(request.first("user-agent") or "")
        more = "; SameSite=None; Secure" if agent and int(agent[1]) >= 80 else ""
        return (
            ("Set-Cookie", f"{APPLICATIONS}={value}; {rest}{more}"),
            *(("Set-Cookie", f"{name}={REMOVED}; {rest}{more}") for name in SHARDS[1:]),
        )

    def _sets(self, group: TargetGroup, response: Response) -> bool:
        wanted = group.attributes.get("stickiness.app_cookie.cookie_name")
        return any(
            name.lower() == "set-cookie" and value.partition("=")[0].strip() == wanted
            for name, value in response.headers
        )


def _seconds(group: TargetGroup, kind: str) -> int:
    return int(group.attributes.get(f"stickiness.{kind}.duration_seconds", 86400))
