"""How far Terraform is, read from what it prints for people: lines in, a line out. Pure.

That output is the one that is kept in a file and shown on failure, so it is the one that is read. Its words
are those of Terraform's `internal/command/views/hook_ui.go` and `plan.go`, the same from 1.9 to 1.15 but for
how a time is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

_ADDRESS = r'(?P<address>(?:[^\s"\[\]]|\[(?:"(?:\\.|[^"\\])*"|\d+)\])+)(?: \(deposed object \w+\))?'
_MORE = r"(?: \[.*\])?"
_BEGINS = re.compile(rf"{_ADDRESS}: (?P<verb>Creat|Modify|Destroy|Read|Import)ing\.\.\.{_MORE}")
_GOES_ON = re.compile(rf"{_ADDRESS}: Still \w+\.\.\. \[.*\]")
_ENDS = re.compile(rf"{_ADDRESS}: (?P<what>Creation|Modifications|Destruction|Read|Import) complete\b.*")
_REFRESHES = re.compile(rf"{_ADDRESS}: Refreshing state\.\.\.{_MORE}")
_PLAN = re.compile(r"Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy\.")
_BALANCER = re.compile(r"  # (?P<address>(?:\S+\.)?aws_lb\.\S+) (?:will be created|must be replaced)")
_MODULES = re.compile(r'(?:module\.[^.\[]+(?:\["(?:\\.|[^"\\])*"\]|\[\d+\])?\.)+')
_ERROR = re.compile(r"^(?:╷\n│ )?Error: ", re.MULTILINE)
_COLOUR = re.compile("\x1b\\[[0-9;]*m")

VERBS = {
    "Creat": "creating",
    "Modify": "changing",
    "Destroy": "destroying",
    "Read": "reading",
    "Import": "importing",
}
DONE = {"Creation": "added", "Modifications": "changed", "Destruction": "destroyed", "Import": "imported"}
QUIET = 15.0
"""Seconds after which a resource that Terraform says nothing of is not under way any more: it prints a line
for each every ten seconds, and none where one has failed."""
ASKED = 5.0
"""Guess: seconds after which a local cloud has answered the request that creates something. What is left is
the provider's wait."""
WAIT = 60.0  # seconds that the provider waits for a new load balancer, on AWS too (provider #28523)
CALM = 0.2
"""Guess: seconds in which what a finished resource lets begin has begun, and Terraform has said so."""
# Nothing in the cloud that could get lost.
HERE = ("terraform_data.", "data.")


@dataclass(slots=True)
class Step:
    """What is done to a resource, since when, and when Terraform spoke of it last."""

    verb: str
    since: float
    seen: float


@dataclass(slots=True)
class Progress:
    """What Terraform has said since `begun`; all times are in seconds.

    `planned` is the number of changes, None until it is known, `done` has what was done, `added` say, and to
    which address; `turned` is when something ended. `balancers` are the addresses of the load balancers that
    the plan makes.
    """

    begun: float
    planned: int | None = None
    done: list[tuple[str, str]] = field(default_factory=list)
    balancers: list[str] = field(default_factory=list)
    read: int = 0
    turned: float = -CALM
    steps: dict[str, Step] = field(default_factory=dict)

    def hear(self, line: str, now: float) -> None:
        """Take a line of Terraform's output."""
        line = plain(line).rstrip()
        if found := _BEGINS.fullmatch(line):
            self.steps[found["address"]] = Step(VERBS[found["verb"]], now, now)
        elif found := _GOES_ON.fullmatch(line):
            if step := self.steps.get(found["address"]):
                step.seen = now
        elif found := _ENDS.fullmatch(line):
            self.steps.pop(found["address"], None)
            self.turned = now
            if found["what"] == "Read":
                self.read += 1
            else:
                self.done.append((DONE[found["what"]], found["address"]))
        elif _REFRESHES.fullmatch(line):
            self.read += 1
        elif found := _PLAN.match(line):
            # An apply in several commands has several plans; the later ones are of what is left.
            self.planned = max(self.planned or 0, len(self.done) + sum(map(int, found.groups())))
        elif found := _BALANCER.fullmatch(line):
            self.balancers.append(found["address"])

    def under_way(self, now: float) -> dict[str, Step]:
        """What is done at the moment, by address, the longest first."""
        return {address: step for address, step in self.steps.items() if now - step.seen < QUIET}

    def in_the_way(self, now: float) -> list[str]:
        """The addresses of what would get lost if Terraform were told to stop now.

        It then has the provider drop the requests that are under way (terraform-plugin-go,
        `server.stoppableContext`), and what they asked for would be in the cloud and not in the state. A load
        balancer is in the state once its request is answered, and what is left is a wait.
        """
        return [
            address
            for address, step in self.under_way(now).items()
            if not resource(address).startswith(HERE) and not _waits(address, step, now)
        ]

    def may_stop(self, now: float) -> bool:
        """Whether Terraform can be told to stop, and nothing gets lost."""
        return not self.in_the_way(now) and now - self.turned >= CALM

    def waiting(self, now: float) -> list[str]:
        """The addresses of load balancers that are made, and that the provider still waits for."""
        return [address for address, step in self.under_way(now).items() if _waits(address, step, now)]


def _waits(address: str, step: Step, now: float) -> bool:
    new = resource(address).startswith("aws_lb.") and step.verb == "creating"
    return new and now - step.since >= ASKED


def resource(address: str) -> str:
    """An address without the modules that it is in."""
    return _MODULES.sub("", address, count=1)


def plain(text: str) -> str:
    """Text without colours."""
    return _COLOUR.sub("", text)


def line(progress: Progress, now: float, width: int, usual: float | None = None) -> str:
    """What is going on, in less than `width` columns; `usual` is how long a run usually takes."""
    time = seconds(now - progress.begun) + (f", usually {seconds(usual)}" if usual else "")
    for named in (str, resource):
        text = f"{time}  {state(progress, now, named)}"
        if len(text) < width:
            return text
    return text[: max(width - 4, 0)] + "..."


def state(progress: Progress, now: float, named: Callable[[str], str] = str) -> str:
    """How much is done, and what is under way. `named` shortens an address."""
    if progress.planned is None:
        return f"planning, {progress.read} read" if progress.read else "planning"
    words = f"{min(len(progress.done), progress.planned)} of {progress.planned} done"
    steps = progress.under_way(now)
    if not steps:
        return words
    address, step = next(iter(steps.items()))
    took = f" {seconds(now - step.since)}" if now - step.since >= 1 else ""
    more = f" and {len(steps) - 1} more" if len(steps) > 1 else ""
    wait = f" of {seconds(WAIT)}" if _waits(address, step, now) else ""
    return f"{words}  {step.verb} {named(address)}{took}{wait}{more}"


def result(progress: Progress) -> str:
    """What was done, counted; "nothing to do" where there was nothing."""
    counted = Counter(what for what, _ in progress.done)
    return ", ".join(f"{counted[what]} {what}" for what in DONE.values() if counted[what]) or "nothing to do"


def seconds(time: float) -> str:
    return f"{time:.0f} s"


def errors(output: str) -> str:
    """Of what Terraform printed its errors, and nothing where it names none."""
    found = _ERROR.search(plain(output))
    return plain(output)[found.start() :].strip() if found else ""


def failure(output: str) -> str:
    """What Terraform printed, for whoever reads why it failed: its errors first, then all of it."""
    first = errors(output)
    if first in ("", plain(output).strip()):
        return output.strip("\n")
    return f"{first}\n\nAll that Terraform printed:\n{output.rstrip()}"
