"""Every cloud of this user: `ps`, and how each is ended."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path

import click
import psutil
import requests

from localalb.http.visible import visible_line
from localalb.stacks import home, registry
from localalb.stacks.home import Home, Running

TO_STOP = 30.0  # seconds


@click.command()
def ps() -> None:
    """List your clouds, oldest first: since when, process id, control plane, listeners, directory."""
    found = registry.clouds()
    for cloud in found:
        running = cloud.running
        try:
            listeners = running.ask("status")["listeners"]
            served = " ".join(listener["url"] for listener in listeners) or "no listener"
        except (requests.RequestException, LookupError, TypeError):  # nobody, or somebody else
            served = "does not answer"
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(cloud.started))
        where = visible_line(cloud.directory)
        click.echo(f"{since}  {running.pid:7}  {running.endpoint_url}  {served}  {where}")
    if not found:
        click.echo("no cloud of yours is running", err=True)


def stop(running: Running) -> None:
    """Stop a cloud and wait until it is gone."""
    running.ask("stop", "POST")
    deadline = time.monotonic() + TO_STOP
    while running.is_alive():
        if time.monotonic() > deadline:
            raise click.ClickException(f"the cloud with process id {running.pid} does not stop")
        time.sleep(0.05)


def end_all() -> None:
    """End every cloud of this user; what Terraform made in it goes with it."""
    kept = [cloud for cloud in registry.clouds() if not _end(cloud)]
    registry.clouds()  # removes what the killed ones left
    if kept:
        raise click.ClickException("\n".join(f"{_named(cloud)} does not end" for cloud in kept))


def _end(cloud: registry.Cloud) -> bool:
    """Ask a cloud to end, tell its process to, kill it: whether it is gone."""
    process = registry.process(cloud)
    try:
        cloud.running.ask("stop", "POST")
    except requests.RequestException:
        if process is None:  # of a container's, say: no process of that id here may be told for it
            return False
        _signal(process, signal.SIGTERM)
    if not _gone(cloud) and process:
        _signal(process, signal.SIGKILL)
    if not _gone(cloud):
        return False
    click.echo(f"ended {_named(cloud)}", err=True)
    if cloud.temporary is None:
        place = Home(Path(cloud.directory) / home.NAME)
        with suppress(BlockingIOError):  # an `up` or `down` is at work there, and will see it
            if place.path.exists() and place.running() is None:
                with place.locked():
                    place.clear()
    return True


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _gone(cloud: registry.Cloud) -> bool:
    """Whether a cloud's note is released in time."""
    deadline = time.monotonic() + TO_STOP
    while any(each.running.id == cloud.running.id for each in registry.clouds()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _named(cloud: registry.Cloud) -> str:
    return f"the cloud of {visible_line(cloud.directory)} (process {cloud.running.pid})"
