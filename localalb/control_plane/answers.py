"""What localalb's own requests get: `/_localalb/...` of the control plane."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from localalb.balancer import local_targets
from localalb.balancer.local_targets import Places
from localalb.control_plane import guard, log_store, moto_models
from localalb.control_plane.sight import Sight
from localalb.http.place import place
from localalb.login import endpoints
from localalb.serving import imagined

SHOWN = 1000  # the most records of requests that one answer has
LONGEST_WAIT = 5.0  # seconds; less than a client's patience


@dataclass(frozen=True, slots=True)
class Answers:
    """`about` gives what a cloud says of itself, `inspector` where its inspector is: without its key, with
    it, and the file that leads there. `places` gives the addresses for target groups by name, `send_to` adds
    some, `stop` ends the cloud, `others` answers what else is asked."""

    sight: Sight
    about: Callable[[], Mapping[str, str]]
    inspector: Mapping[str, str]
    places: Callable[[], Places]
    send_to: Callable[[Places], None]
    stop: Callable[[], None]
    others: Callable[[str, str, Mapping[str, str]], Any]

    def __call__(self, method: str, path: str, query: Mapping[str, str]) -> Any:
        """Text, or what becomes JSON. Raises `LookupError` for what there is not, `ValueError` for what is
        wrong."""
        login = self.sight.login
        match method, path:
            case "GET", "/_localalb/status":
                return self._status()
            case "POST", "/_localalb/targets":
                self.send_to(dict(place(f"{name}={where}") for name, where in query.items()))
                return {}
            case "GET", "/_localalb/requests":
                return self._requests(query)
            case "GET", "/_localalb/functions":
                return moto_models.functions()
            case "GET", "/_localalb/log-groups":
                self.sight.log_book.flush()
                return log_store.groups()
            case "GET", "/_localalb/logs":
                return self._logs(query)
            case "POST", "/_localalb/explain":
                wanted = json.loads(query["request"])
                return asdict(imagined.explained(wanted, self.sight.data.listeners(), self.sight.explainer()))
            case "GET", "/_localalb/inspector":
                return self.inspector
            case "POST", "/_localalb/login":
                login.switch(endpoints.mode(query.get("mode", "")))
                return {}
            case "GET", _ if path == guard.PUBLIC_KEYS + login.gate.signer.key:
                return login.gate.signer.pem
            case "POST", "/_localalb/stop":
                self.stop()
                return {}
            case _:
                return self.others(method, path, query)

    def _status(self) -> dict[str, Any]:
        sight, login = self.sight, self.sight.login
        return {
            **self.about(),
            "listeners": [asdict(served) | {"url": served.url} for served in sight.data.served()],
            **local_targets.described(sight.groups(), self.places(), sight.health),
            "login": {"mode": login.mode, "url": login.url},
            "inspector": self.inspector["url"],  # without the key: a status ends in logs
        }

    def _requests(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """The records behind the number `after`; with `wait` (seconds) not before there are some, or the time
        is over."""
        after, journal = int(query.get("after", 0)), self.sight.journal
        if "wait" in query:
            journal.wait(after, min(float(query["wait"]), LONGEST_WAIT))
        return journal.as_json(after, SHOWN)

    def _logs(self, query: Mapping[str, str]) -> list[log_store.Event]:
        """The events of `group` (an ARN) or of all, in `region` or in all, behind `since` and `after`, the
        latest `tail` of them; with `wait` (seconds) not before there are some, or the time is over."""
        tail = int(query["tail"]) if "tail" in query else None
        since, after = int(query.get("since", 0)), int(query.get("after", -1))
        while True:
            group, region = query.get("group"), query.get("region")
            found = self.sight.log(group, region, since=since, after=after, tail=tail)
            if found or "wait" not in query:
                return found
            self.sight.log_book.wait(min(float(query["wait"]), LONGEST_WAIT))
            query = {name: value for name, value in query.items() if name != "wait"}
