"""The provider that `init` chose, started as Terraform starts it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psutil
import pytest

from localalb.adoption.provider import SOURCE, NoProvider, Providers, executable, started
from tests.waiting import until

LOCK = f"""\
# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/other" {{
  version = "1.0.0"
}}

provider "{SOURCE}" {{
  version     = "5.100.0"
  constraints = ">= 5.100.0, < 7.0.0"
}}
"""
# Says where it listens, as go-plugin does, and which process it is.
LISTENING = """\
#!/bin/sh
[ "$TF_PLUGIN_MAGIC_COOKIE" ] || exit 1
echo $$ > pid
echo "1|5|unix|$PLUGIN_UNIX_SOCKET_DIR/plugin1|grpc|"
exec sleep 600
"""


def installed(data: Path, version: str, name: str = "terraform-provider-aws_v5.100.0_x5") -> Path:
    path = data / "providers" / SOURCE / version / "linux_amd64" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_of_several_versions_the_lock_file_s_is_taken(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(LOCK)
    installed(tmp_path, "5.99.0")
    installed(tmp_path, "5.100.0", "LICENSE.txt")
    chosen = installed(tmp_path, "5.100.0")
    assert executable(tmp_path / "lock", tmp_path) == chosen


def test_a_stack_without_the_provider_has_none(tmp_path: Path) -> None:
    assert executable(tmp_path / "lock", tmp_path) is None
    (tmp_path / "lock").write_text(LOCK.replace(SOURCE, "registry.terraform.io/hashicorp/awscc"))
    assert executable(tmp_path / "lock", tmp_path) is None


def test_one_that_is_not_installed_is_told(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(LOCK)
    with pytest.raises(NoProvider, match=r"of the AWS provider 5\.100\.0, 0 executables are installed"):
        executable(tmp_path / "lock", tmp_path)


def script(directory: Path, text: str) -> Path:
    path = directory / "provider"
    path.write_text(text)
    path.chmod(0o700)
    return path


def test_a_provider_runs_until_nobody_needs_it(tmp_path: Path) -> None:
    async def run() -> int:
        provider = script(tmp_path, LISTENING)
        async with started(provider, tmp_path, {}, tmp_path, tmp_path / "log") as socket:
            assert socket == tmp_path / "plugin1"
            pid = int((tmp_path / "pid").read_text())
            assert psutil.pid_exists(pid)
            return pid

    pid = asyncio.run(asyncio.wait_for(run(), 60))
    assert until(lambda: not psutil.pid_exists(pid))


def test_one_that_fails_says_why_in_its_log(tmp_path: Path) -> None:
    async def run() -> None:
        provider = script(tmp_path, "#!/bin/sh\necho no such thing >&2\nexit 1\n")
        async with started(provider, tmp_path, {}, tmp_path, tmp_path / "log"):
            pass

    with pytest.raises(NoProvider, match=f"the AWS provider does not start, see {tmp_path}/log"):
        asyncio.run(run())
    assert (tmp_path / "log").read_text() == "no such thing\n"


def test_there_is_a_provider_for_each_configuration() -> None:
    begun: list[Path] = []

    @asynccontextmanager
    async def start() -> AsyncIterator[Path]:
        begun.append(Path(str(len(begun))))
        yield begun[-1]

    async def run() -> None:
        async with AsyncExitStack() as ends:
            providers = Providers(start, ends)
            first = await providers.any()
            assert await providers.any() is first
            assert await providers.to_configure(b"us") is first  # nobody has configured it
            first.configuration = b"us"
            assert await providers.any() is first  # to validate, say
            assert await providers.to_configure(b"us") is first
            second = await providers.to_configure(b"eu")
            assert second is not first
            assert await providers.to_configure(b"us") is first
            second.configuration = b"eu"
            assert await providers.to_configure(b"us") is first
            assert await providers.to_configure(b"eu") is second

    asyncio.run(run())
    assert len(begun) == 2
