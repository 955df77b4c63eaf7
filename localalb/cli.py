"""The command `localalb`."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import boto3
import click
import psutil
import requests
import uvloop
from botocore.exceptions import ClientError

from localalb.http.visible import visible, visible_line
from localalb.stacks import home, registry
from localalb.stacks.home import Home, Running
from localalb.stacks.isolation import NOWHERE, exports, isolate, isolated
from localalb.stacks.terraform import Terraform, TerraformError

DIRECTORY = click.argument(
    "directory", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
CLOUD = click.option(
    "-C",
    "directory",
    default=".",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory whose cloud is meant (default: this one, else the one AWS_ENDPOINT_URL names).",
)
START_TIMEOUT = 60.0


class Ago(click.ParamType[int]):
    """`30s`, `10m`, `2h` or `1d` -> that time ago, in milliseconds since the epoch."""

    name = "TIME"
    _SECONDS: ClassVar = {"s": 1, "m": 60, "h": 3600, "d": 86400}

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> int:
        number, unit = value[:-1], value[-1:]
        if not number.isdecimal() or unit not in self._SECONDS:
            self.fail(f"{value!r} is no time; write 30s, 10m, 2h or 1d", param, context)
        return int((time.time() - int(number) * self._SECONDS[unit]) * 1000)


AGO = Ago()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="localalb")
def main() -> None:
    """An Application Load Balancer and its Lambda functions on this machine."""
    os.umask(0o077)  # states, logs, unpacked code: nobody else's business


@main.command()
@click.option("--port", default=0, help="Port of the control plane (default: a free one).")
@click.option("--home", "home_path", type=click.Path(path_type=Path), hidden=True)
@click.option("--exit-with-stdin", is_flag=True, help="Stop when standard input closes.")
def serve(port: int, home_path: Path | None, exit_with_stdin: bool) -> None:
    """Run a cloud in the foreground; once ready, print the variables that point AWS clients at it."""
    _log_to_stderr()
    environ = dict(os.environ)
    isolate(NOWHERE)  # moto asks botocore for regions as it is imported, and botocore for the shell's profile
    from localalb.cloud import Cloud

    async def run(directory: Path) -> None:
        cloud = Cloud(directory, port)
        if exit_with_stdin:
            threading.Thread(target=_when_stdin_closes, args=(cloud.stop,), daemon=True).start()

        running = Running(cloud.id, cloud.endpoint_url, os.getpid(), cloud.key)

        def ready() -> None:
            if home_path is not None:
                Home(home_path).claim(running)
            click.echo("\n".join(exports(environ, cloud.endpoint)))

        place, temporary = (Path.cwd(), str(directory)) if home_path is None else (home_path.parent, None)
        with registry.noted(registry.Cloud(running, str(place.resolve()), time.time(), temporary)):
            await cloud.run(ready)

    registry.clouds()  # removes what killed ones left
    if home_path is not None:
        uvloop.run(run(Home(home_path).run))
    else:
        with tempfile.TemporaryDirectory(prefix=registry.PREFIX, ignore_cleanup_errors=True) as directory:
            uvloop.run(run(Path(directory)))


@main.command()
@DIRECTORY
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A Terraform input variable.")
def up(directory: Path, variables: tuple[str, ...]) -> None:
    """Start a cloud in the background and apply DIRECTORY to it; again: apply what changed."""
    place = Home(directory / home.NAME)
    with _working(place):
        running = place.running() or _start(place)
        terraform = _terraform(directory, running)
        click.echo("Terraform: initialising ...", err=True)
        terraform.init()
        click.echo(
            "Terraform: applying. A new load balancer takes the AWS provider 60 s, here as on AWS; "
            "about 70 s in all.",
            err=True,
        )
        terraform.apply(*(f"-var={variable}" for variable in variables))
        _print_urls(running, terraform.outputs())


@main.command()
@DIRECTORY
@click.option("--all", "everywhere", is_flag=True, help="End every cloud of yours, wherever it was started.")
def down(directory: Path, everywhere: bool) -> None:
    """Destroy what `up` made in DIRECTORY and stop its cloud. Safe when nothing runs."""
    if everywhere:
        _end_all()
        return
    place = Home(directory / home.NAME)
    if not place.path.exists():
        click.echo("nothing is running here", err=True)
        return
    with _working(place):
        running = place.running()
        if running is None:
            click.echo("nothing is running here", err=True)
        else:
            try:
                if place.state.exists():
                    _terraform(directory, running).destroy()
            finally:
                _stop(running)
        place.clear()


@main.command()
def ps() -> None:
    """List your clouds: since when, process id, control plane, listeners, and where each was started."""
    for cloud in registry.clouds():
        try:
            listeners = cloud.running.ask("status")["listeners"]
            served = " ".join(listener["url"] for listener in listeners) or "no listener"
        except requests.RequestException:
            served = "does not answer"
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(cloud.started))
        running = cloud.running
        click.echo(f"{since}  {running.pid:7}  {running.endpoint_url}  {served}  {cloud.directory}")


@main.command()
@CLOUD
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def status(directory: Path, as_json: bool) -> None:
    """Show each listener's load balancer, DNS name and port, and the local address serving it."""
    found = _cloud(directory).ask("status")
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"control plane  {found['endpoint_url']}")
    for listener in found["listeners"]:
        click.echo(
            f"{listener['load_balancer']}:{listener['port']}  {listener['dns_name']}  {listener['url']}"
        )


@main.command()
@CLOUD
def url(directory: Path) -> None:
    """Print the local URL of the stack that `up` applied, and nothing else."""
    running = _cloud(directory)
    place = Home(directory / home.NAME)
    outputs = _terraform(directory, None).outputs() if place.state.exists() else {}
    click.echo(_urls(running, outputs)[-1])


@main.command()
@CLOUD
def env(directory: Path) -> None:
    """Print `export` lines that point AWS clients at the cloud: eval "$(localalb env)"."""
    click.echo("\n".join(exports(os.environ, _cloud(directory).endpoint)))


@main.command()
@CLOUD
@click.argument("function", required=False)
@click.option("--payload", default="{}", help="The event, as JSON (default: {}).")
def invoke(directory: Path, function: str | None, payload: str) -> None:
    """Invoke FUNCTION (the only one, where there is one) and print its result."""
    lambda_ = _client(_cloud(directory), "lambda")
    names = [each["FunctionName"] for each in lambda_.list_functions()["Functions"]]
    if function is None and len(names) != 1:
        raise click.UsageError(f"name the function: {', '.join(sorted(names)) or 'there is none'}")
    try:
        result = lambda_.invoke(FunctionName=function or names[0], Payload=payload)
    except ClientError as error:
        raise click.ClickException(error.response["Error"]["Message"]) from None
    click.echo(result["Payload"].read().decode())
    if "FunctionError" in result:
        sys.exit(1)


@main.command()
@CLOUD
@click.argument("group", required=False)
@click.option("--tail", default=1000, metavar="LINES", help="The latest so many (default: 1000).")
@click.option("--all", "everything", is_flag=True, help="All that is kept, instead of the latest.")
@click.option("--since", type=AGO, help="Those of the last 30s, 10m or 2h, instead of the latest.")
@click.option("-f", "--follow", is_flag=True, help="Go on until interrupted.")
def logs(
    directory: Path, group: str | None, tail: int, everything: bool, since: int | None, follow: bool
) -> None:
    """Print what the functions logged, oldest first: of the log group GROUP, or of all.

    A log group keeps its latest 8 MB.
    """
    running = _cloud(directory)
    query: dict[str, Any] = {"group": group} if group else {}
    wanted = {"since": since} if since is not None else {} if everything else {"tail": tail}
    last = -1
    while True:
        for event in running.ask("logs?" + urlencode({**query, **wanted})):
            last = max(last, event["id"])
            click.echo(visible(event["message"].rstrip("\n")))
        if not follow:
            return
        wanted = {"after": last, "wait": 5}


@main.command("requests")
@CLOUD
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def requests_(directory: Path, as_json: bool) -> None:
    """Show the latest requests and, for each one refused, why."""
    records = _cloud(directory).ask("requests")
    if as_json:
        click.echo(json.dumps(records, indent=2))
        return
    for record in records:
        where = f"{record['load_balancer']}:{record['port']}"
        click.echo(
            f"{record['time']}  {record['status']}  {record['duration_ms']:8.1f} ms  "
            f"{where}  {visible_line(record['method'] + ' ' + record['target'])}"
        )
        if record["why"]:
            click.echo("    " + visible_line(": ".join(filter(None, (record["reason"], record["why"])))))


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@CLOUD
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def terraform(directory: Path, arguments: tuple[str, ...]) -> None:
    """Run Terraform as `up` does: isolated, initialised, and against the cloud where one runs."""
    place = Home(directory / home.NAME)
    tool = _terraform(directory, place.running())
    for argument in arguments:
        if why := _leads_elsewhere(argument):
            raise click.UsageError(f"{argument}: {why}")
    if arguments[:1] == ("workspace",) and arguments[1:2] not in (("list",), ("show",), ()):
        raise click.UsageError("a local cloud has one workspace, default: use another directory instead")
    if os.environ.get("TF_WORKSPACE", "default") != "default":
        click.echo("TF_WORKSPACE means nothing here: a local cloud has one workspace, default", err=True)
    try:
        if arguments[:1] == ("init",):
            tool.init(*arguments[1:])
            return
        if arguments[:1] not in STATELESS and not tool.initialised:
            tool.init()
        sys.exit(tool.run(*arguments).returncode)
    except TerraformError as error:
        raise click.ClickException(str(error)) from None


# Commands that ask for neither a state nor plugins.
STATELESS = ((), ("fmt",), ("version",), ("-version",), ("--version",), ("-help",), ("--help",), ("-h",))
ELSEWHERE = {
    "-state": "every command uses the state that `up` uses",
    "-backup": "every command uses the state that `up` uses",
    "-backend": "the backend is localalb's own, so that a real state never meets the local cloud",
    "-migrate-state": "a real state never meets the local cloud",
}


def _leads_elsewhere(argument: str) -> str | None:
    """Why an argument is not passed on to Terraform; None where it is."""
    name = "-" + argument.partition("=")[0].lstrip("-") if argument.startswith("-") else ""
    return next(
        (why for start, why in ELSEWHERE.items() if name == start or name.startswith(start + "-")), None
    )


class VisibleFormatter(logging.Formatter):
    """Whatever a client sent, a record moves no cursor."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(VisibleFormatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in ("botocore", "boto3", "urllib3", "werkzeug"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _when_stdin_closes(stop: Callable[[], None]) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop()


@contextmanager
def _working(place: Home) -> Iterator[None]:
    """Alone in a home, with Terraform's failures told in its own words."""
    try:
        with place.locked():
            yield
    except BlockingIOError:
        raise click.ClickException(
            f"another `up` or `down` is at work in {place.path.parent.resolve()}"
        ) from None
    except TerraformError as error:
        raise click.ClickException(str(error)) from None


def _start(place: Home) -> Running:
    """Start a cloud in the background and wait until it answers."""
    place.prepare()
    with place.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localalb", "serve", "--home", str(place.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        running = place.running()
        if running is not None:
            return running
        time.sleep(0.05)
    process.kill()
    raise click.ClickException(f"the cloud did not start:\n{place.log.read_text(errors='replace')}")


def _stop(running: Running) -> None:
    """Stop a cloud and wait until it is gone."""
    running.ask("stop", "POST")
    deadline = time.monotonic() + START_TIMEOUT
    while running.is_alive():
        if time.monotonic() > deadline:
            raise click.ClickException(f"the cloud with process id {running.pid} does not stop")
        time.sleep(0.05)


def _who_listens(port: int) -> str:
    """Who has a port: one of this user's clouds, another process, or one that may not be seen."""
    try:
        sockets = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # macOS tells only root
        return "another process"
    found = (each.pid for each in sockets if each.status == psutil.CONN_LISTEN and each.laddr.port == port)
    pid = next(found, None)
    if pid is None:
        return "another process"
    for cloud in registry.clouds():
        if cloud.running.pid == pid:
            return f"the local cloud of {cloud.directory} (process {pid})"
    with suppress(psutil.Error):
        return f"{psutil.Process(pid).name()} (process {pid})"
    return f"process {pid}"


def _end_all() -> None:
    """End every cloud of this user; what Terraform made in it goes with it."""
    for cloud in registry.clouds():
        try:
            _stop(cloud.running)
        except requests.RequestException:  # it does not answer; its note is held, so the process is it
            os.kill(cloud.running.pid, signal.SIGTERM)
        click.echo(f"ended {cloud.directory}", err=True)
        place = Home(Path(cloud.directory) / home.NAME)
        with suppress(BlockingIOError):
            if place.path.exists() and place.running() is None:
                with place.locked():
                    place.clear()


def _terraform(directory: Path, running: Running | None) -> Terraform:
    environ = isolated(os.environ, running.endpoint) if running else None
    return Terraform(directory, directory / home.NAME, environ)


def _cloud(directory: Path) -> Running:
    running = home.find(directory)
    if running is None:
        raise click.ClickException("no cloud is running here; `localalb up` or `localalb serve` starts one")
    return running


def _client(running: Running, service: str) -> Any:
    isolate(running.endpoint)
    return boto3.client(service)  # type: ignore[call-overload]


def _urls(running: Running, outputs: dict[str, Any]) -> list[str]:
    """The local URLs of every listener; last the one of the stack's `url` or `dns_name` output."""
    listeners = running.ask("status")["listeners"]
    meant = str(outputs.get("url") or outputs.get("dns_name") or "")
    listeners.sort(key=lambda listener: listener["dns_name"] in meant)
    if not listeners:
        raise click.ClickException("the cloud runs, but has no listener")
    return [listener["url"] for listener in listeners]


def _print_urls(running: Running, outputs: dict[str, Any]) -> None:
    for listener in running.ask("status")["listeners"]:
        if listener["instead_of"]:
            who = _who_listens(listener["instead_of"])
            address = listener["url"]
            click.echo(
                f"port {listener['instead_of']} is taken by {who}: look at {address} instead", err=True
            )
    for address in _urls(running, outputs):
        click.echo(address)
