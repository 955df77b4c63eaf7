"""`.localalb/`: the directory in which a local cloud and the Terraform that fills it keep their things.

    cloud.json      the running cloud: its id, endpoint and process, and this directory
    cloud.log       what a cloud in the background had to say
    terraform.log   what Terraform printed last; took.json how long it took (`durations`)
    lock            held by `up` and `down` while they work
    variables.json  what the last `up` had as `--var`
    run/            unpacked code and temporary directories of one run
    terraform/      modules and where the state is (TF_DATA_DIR); plugins/ the providers; both survive, to be
                    fast next time
    overlay/        what a directory wears while Terraform runs in it
    terraform.tfstate, terraform.rc

A cloud's resources live in its memory, so whatever a dead one left (cloud.json, its Terraform state, run/) is
recognised by asking the endpoint for the id, and replaced.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import requests

from localalb.stacks import trees
from localalb.stacks.isolation import Endpoint

NAME = ".localalb"
NOTES = ("cloud.json", "cloud.json.new", "variables.json", "variables.json.new")


@dataclass(frozen=True, slots=True)
class Running:
    """A cloud that was started: who it is, where, and the access key that it takes."""

    id: str
    endpoint_url: str
    pid: int
    key: str = ""

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.endpoint_url, self.key)

    def ask(self, path: str, method: str = "GET", form: Mapping[str, str] | None = None) -> Any:
        """localalb's own requests to a cloud. Raises `requests.RequestException`."""
        return ask(self.endpoint, path, method, form)

    def is_alive(self) -> bool:
        try:
            return bool(self.ask("status")["id"] == self.id)
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return False


def ask(endpoint: Endpoint, path: str, method: str = "GET", form: Mapping[str, str] | None = None) -> Any:
    session = requests.Session()
    session.trust_env = False  # no proxy between us and 127.0.0.1
    url, headers = f"{endpoint.url}/_localalb/{path}", {"X-Localalb": endpoint.key}
    response = session.request(method, url, headers=headers, data=form, timeout=10)
    response.raise_for_status()
    return response.json()


class Home:
    """A `.localalb` directory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "cloud.log"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def state(self) -> Path:
        return self.path / "terraform.tfstate"

    def running(self) -> Running | None:
        """The cloud that runs here, if one does. In a copy of a directory none does: it is the other's."""
        try:
            kept = json.loads((self.path / "cloud.json").read_text())
            mine = kept.pop("home") == str(self.path.resolve())
            found = Running(**kept)
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return None
        return found if mine and found.is_alive() else None

    def claim(self, running: Running) -> None:
        """Note the cloud that runs here now."""
        self._write("cloud.json", asdict(running) | {"home": str(self.path.resolve())})

    def note(self, variables: Sequence[str]) -> None:
        """Note the variables of what is applied here, each as `NAME=VALUE`."""
        self._write("variables.json", list(variables))

    def variables(self) -> list[str]:
        """Those that were noted last."""
        file = self.path / "variables.json"
        return [str(each) for each in json.loads(file.read_text())] if file.exists() else []

    def _write(self, name: str, value: Any) -> None:
        """Appears whole, and for nobody but the owner: values may be secrets."""
        staged = self.path / f"{name}.new"
        staged.unlink(missing_ok=True)
        staged.touch(mode=0o600)
        staged.write_text(json.dumps(value))
        staged.replace(self.path / name)

    def make(self) -> None:
        """The directory, for nobody but its owner: a state holds what functions have as variables."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def prepare(self) -> None:
        """An empty run directory; what a dead cloud left is removed, plugins stay."""
        self.make()
        (self.path / ".gitignore").write_text("*\n")
        self.clear()
        self.run.mkdir(mode=0o700)

    def clear(self) -> None:
        """Remove what belonged to a cloud that is gone."""
        trees.remove(self.run)
        for pattern in (*NOTES, "terraform.tfstate*", ".terraform.tfstate.lock.info"):
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One `up` or `down` at a time. Raises `BlockingIOError` while another works here."""
        self.make()
        with self.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield


def find(directory: Path) -> Running | None:
    """The cloud meant in `directory`: its own, else the one AWS_ENDPOINT_URL names, if that is one."""
    running = Home(directory / NAME).running()
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if running is None and endpoint.startswith(("http://127.0.0.1:", "http://localhost:")):
        try:
            key = os.environ.get("AWS_ACCESS_KEY_ID", "")
            status = cast("dict[str, Any]", ask(Endpoint(endpoint, key), "status"))
            return Running(status["id"], endpoint, 0, key)
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return None
    return running
