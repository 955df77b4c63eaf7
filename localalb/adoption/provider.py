"""The AWS provider that `init` chose, as a process: found, started and ended as Terraform does it."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCE = "registry.terraform.io/hashicorp/aws"
PROTOCOL = 5  # what 5.x and 6.x of the provider speak
_CHOSEN = re.compile(rf'^provider "{re.escape(SOURCE)}" \{{\s*version\s*=\s*"([^"]+)"', re.MULTILINE)
# Without it a provider says that it is none (Terraform, internal/plugin/serve.go).
_COOKIE = {"TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"}
# Ends the provider when the input does: also where this process was killed.
_GUARD = '"$0" </dev/null & exec >/dev/null 2>&1; read -r _; kill "$!"; wait "$!"'


class NoProvider(Exception):
    """Why no provider can be started."""


def executable(lock_file: Path, data: Path) -> Path | None:
    """The provider of a lock file in a data directory (TF_DATA_DIR), None where the stack has none.
    Raises `NoProvider`."""
    try:
        chosen = _CHOSEN.search(lock_file.read_text())
    except FileNotFoundError:
        chosen = None
    if chosen is None:
        return None
    found = [
        path
        for path in (data / "providers" / SOURCE / chosen[1]).glob("*/terraform-provider-aws*")
        if path.is_file()
    ]
    if len(found) != 1:
        raise NoProvider(f"of the AWS provider {chosen[1]}, {len(found)} executables are installed")
    return found[0]


@asynccontextmanager
async def started(
    provider: Path, directory: Path, environ: Mapping[str, str], sockets: Path, log: Path
) -> AsyncIterator[Path]:
    """Start a provider in a directory; gives the socket that it listens at. `log` gets what it has to say,
    such as how it crashed. Raises `NoProvider`."""
    settings = {"PLUGIN_PROTOCOL_VERSIONS": str(PROTOCOL), "PLUGIN_UNIX_SOCKET_DIR": str(sockets)}
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _GUARD, str(provider)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=stderr,
            cwd=directory,
            env={**environ, **_COOKIE, **settings},
            start_new_session=True,  # Ctrl-C is for Terraform, which goes on until its work is done
            umask=0o077,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        # 1|5|unix|/tmp/plugin123|grpc|: versions, network, address (go-plugin, "Serve")
        said = (await process.stdout.readline()).decode().strip().split("|")
        if len(said) < 5 or said[1:3] != [str(PROTOCOL), "unix"] or said[4] != "grpc":
            raise NoProvider(f"the AWS provider does not start, see {log}")
        yield Path(said[3])
    finally:
        process.stdin.close()
        await process.wait()


@dataclass(eq=False)
class Provider:
    """A provider that runs. `configuration` is the message that configured it, `answer` what it answered."""

    socket: Path
    configuration: bytes | None = None
    answer: bytes | None = None


class Providers:
    """The providers of one run of Terraform, a process for each configuration, until `ends` is closed.

    Terraform itself starts one for the schemas, one to validate, and one for each provider block when it
    plans and when it applies. A provider of the SDK keeps one configuration, so each has a process; before it
    has one, and once it has the same, nobody can tell processes apart.
    """

    def __init__(self, start: Callable[[], AbstractAsyncContextManager[Path]], ends: AsyncExitStack) -> None:
        self._start = start
        self._ends = ends
        self._running: list[Provider] = []
        self._starting = asyncio.Lock()
        self.configuring = asyncio.Lock()
        """Is held from `to_configure` until the provider has its configuration."""

    async def any(self) -> Provider:
        """One of whatever configuration. Raises `NoProvider`."""
        async with self._starting:
            return self._running[0] if self._running else await self._one_more()

    async def to_configure(self, configuration: bytes) -> Provider:
        """The one with this configuration, else one without any. Raises `NoProvider`."""
        async with self._starting:
            for wanted in (configuration, None):
                for each in self._running:
                    if each.configuration == wanted:
                        return each
            return await self._one_more()

    async def _one_more(self) -> Provider:
        self._running.append(Provider(await self._ends.enter_async_context(self._start())))
        return self._running[-1]
