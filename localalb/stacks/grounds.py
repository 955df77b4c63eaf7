"""Where a test session's stacks are applied: in a cloud of its own, in one that stays, or on AWS."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from localalb.stacks import registry, start
from localalb.stacks.home import NAME, Home
from localalb.stacks.isolation import LOGINS, Endpoint
from localalb.stacks.locks import locked
from localalb.stacks.plugins import plugins
from localalb.stacks.share import CLOUD, Share
from localalb.stacks.terraform import Terraform


@dataclass(frozen=True)
class Ground:
    """`endpoint` is the local cloud's, None on AWS. States are in `states`; `up` is the directory of a cloud
    that stays, where it is one."""

    endpoint: Endpoint | None
    states: Path
    up: Path | None = None

    def terraform(self, directory: Path, arguments: Sequence[str], key: str) -> tuple[Terraform, Path | None]:
        """How a stack is applied, and a file to lock meanwhile where others than this session may apply it.

        In the directory of `up`, with the variables that `up` had, it is the stack of `up` itself.
        """
        if self.up is not None and directory == self.up:
            home = Home(directory / NAME)
            if sorted(arguments) == sorted(f"-var={each}" for each in home.variables()):
                return Terraform(directory, home.path, os.environ), home.lock
        state = self.states / f"localalb-{directory.name}-{key}.tfstate"
        terraform = Terraform(directory, plugins(), os.environ, state)
        return terraform, state.with_suffix(".lock") if self.up else None


def of_its_own(share: Share, login: str | None) -> Ground:
    """A cloud that ends with the session, started by the first of its processes that asks."""
    found = share.once(CLOUD, lambda: asdict(share.serve(login or LOGINS[0])))
    return Ground(Endpoint(**found), share.directory)


def that_stays(share: Share, root: Path, named: Path | None, login: str | None) -> Ground:
    """The cloud that runs in a directory, started where none does. Raises `LookupError` where several could
    be meant, `start.NotStarted`."""
    found = share.once(CLOUD, lambda: _staying(directory(root, named)))
    home = Home(Path(found["directory"]) / NAME)
    running = home.running()
    if running is None:
        raise LookupError(f"the cloud of {found['directory']} has ended")
    if login is not None:
        running.ask(f"login?mode={login}", "POST")
    # The states go with what they are of.
    return Ground(running.endpoint, home.run / "stacks", Path(found["directory"]))


def _staying(directory: Path) -> Mapping[str, Any]:
    home = Home(directory / NAME)
    home.make()
    with locked(home.lock):
        running = home.running()
        started = running is None
        running = running or start.stay(home)
    return {"directory": str(directory), "url": running.endpoint_url, "started": started}


def directory(root: Path, named: Path | None) -> Path:
    """Of the cloud that stays: the one that is named, else the root directory, or the only one in it where a
    cloud runs. Raises `LookupError`."""
    if named is not None:
        found = (root / named).resolve()
        if not found.is_dir():
            raise LookupError(f"--cloud-dir is {found}, where there is no directory: give one, from {root}")
        return found
    root = root.resolve()
    if Home(root / NAME).running():
        return root
    clouds = {Path(each.directory) for each in registry.clouds() if each.temporary is None}
    inside = sorted(each for each in clouds if each.is_relative_to(root))
    if len(inside) > 1:
        listed = " or ".join(f"--cloud-dir={each.relative_to(root)}" for each in inside)
        raise LookupError(f"several clouds run in {root}: say which is meant with {listed}")
    return inside[0] if inside else root
