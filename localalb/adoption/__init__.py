"""New load balancers without the AWS provider's wait.

The provider sleeps 2 x 30 s for each load balancer it makes (terraform-provider-aws #28523); reading one
takes no time. So Terraform reaches the provider through a relay here (TF_REATTACH_PROVIDERS, Terraform's way
to a provider that somebody else started). Each call passes unchanged, but for one: a new load balancer is
made through the API, as the plan has it when it is applied, and the provider is asked to read it. What it
reads is the answer to Terraform. Whatever is not as planned is removed again, and the provider makes it as
ever.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from localalb.adoption import record
from localalb.adoption.connection import serve_connection
from localalb.adoption.load_balancers import LoadBalancers
from localalb.adoption.provider import PROTOCOL, SOURCE, NoProvider, Providers, executable, started


@contextmanager
def adopting(
    directory: Path,
    lock_file: Path,
    state: Path,
    environ: Mapping[str, str],
    region: str,
    say: Callable[[str], object],
) -> Iterator[Mapping[str, str]]:
    """Variables of the environment with which Terraform in a directory has its load balancers adopted.

    `environ` is Terraform's, of a local cloud; `say` gets sentences for the person at the keyboard.
    """
    noted, data = record.beside(state), Path(environ["TF_DATA_DIR"])
    elbv2 = cache(partial(_elbv2, environ))
    record.remove_forgotten(noted, state, elbv2)
    with ExitStack() as ends:
        attached = {}
        sockets = ends.enter_context(_sockets(data / "sockets"))
        try:
            if provider := executable(lock_file, data):
                log = data / "provider.log"
                log.unlink(missing_ok=True)
                start = partial(started, provider, directory, environ, sockets, log)
                answers = partial(LoadBalancers, elbv2, noted, region, say)
                ends.enter_context(_served(sockets / "relay", start, answers))
                attached = {"TF_REATTACH_PROVIDERS": json.dumps({SOURCE: _attach(sockets / "relay")})}
        except NoProvider as reason:
            say(f"A new load balancer takes 60 s: {reason}")
        yield attached
    record.remove_forgotten(noted, state, elbv2)


@contextmanager
def _sockets(link: Path) -> Iterator[Path]:
    """A directory for sockets, whose paths have to be short: 104 bytes on macOS. A link leads to it, so that
    what a killed process left is removed."""
    with suppress(FileNotFoundError):
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
    with tempfile.TemporaryDirectory(prefix="localalb-", dir="/tmp") as directory:
        link.symlink_to(directory)
        yield Path(directory)
    link.unlink()


def _elbv2(environ: Mapping[str, str], region: str) -> Any:
    session = boto3.session.Session(
        environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], environ.get("AWS_SESSION_TOKEN")
    )
    endpoint = environ["AWS_ENDPOINT_URL"]
    return session.client("elbv2", region, endpoint_url=endpoint, config=Config(proxies={}))


def _attach(address: Path) -> dict[str, Any]:
    """`Test`: Terraform does not end the process (go-plugin, ReattachConfig)."""
    where = {"Network": "unix", "String": str(address)}
    return {"Protocol": "grpc", "ProtocolVersion": PROTOCOL, "Pid": os.getpid(), "Test": True, "Addr": where}


@contextmanager
def _served(
    address: Path,
    start: Callable[[], AbstractAsyncContextManager[Path]],
    answers: Callable[[], LoadBalancers],
) -> Iterator[None]:
    """A relay at an address, in a thread of its own, until each connection has ended. Raises `NoProvider`."""
    ready = Future[None]()
    over = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with AsyncExitStack() as ends:
            providers = Providers(start, ends)
            await providers.any()
            async with asyncio.TaskGroup() as connections:

                def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    connections.create_task(serve_connection(reader, writer, providers, answers()))

                server = await asyncio.start_unix_server(connected, address)
                ready.set_result(None)
                await over.wait()
                server.close()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(serve())
        except Exception as reason:
            if ready.done():
                raise
            ready.set_exception(reason)

    thread = threading.Thread(target=run, name="adoption")
    thread.start()
    try:
        ready.result()
        yield
    finally:
        with suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(over.set)
        thread.join()
