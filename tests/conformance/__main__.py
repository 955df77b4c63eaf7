"""Hold a cloud to the cases: `python -m tests.conformance --help`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import requests
from botocore.exceptions import BotoCoreError, ClientError

from tests.conformance import clouds, price, report, run, stack, totals, world
from tests.conformance.clouds import Cloud
from tests.conformance.players import plays
from tests.conformance.report import Row

PARTS = ("sockets", "calls")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m tests.conformance",
        description="Build a stack through a cloud's API, play the cases on it, write down which hold.",
        epilog=price.sentence(),
    )
    where = made.add_mutually_exclusive_group(required=True)
    where.add_argument("--endpoint", metavar="URL", help="the endpoint of a cloud that speaks AWS's API")
    where.add_argument(
        "--cloud", choices=["aws"], help="the AWS account of this shell's credentials; costs money, see below"
    )
    made.add_argument("--region", default="us-east-1", help="of the stack; calls are in eu-west-2")
    made.add_argument("--from", dest="source", default="0.0.0.0/0", metavar="CIDR",
                      help="who may call the load balancer (default: everybody)")  # fmt: skip
    made.add_argument("--data-plane", default="", metavar="HOST:PORT",
                      help="where listeners are served (default: at their DNS name)")  # fmt: skip
    made.add_argument("--only", choices=PARTS, help="requests over sockets, or calls of the API")
    made.add_argument("--out", type=Path, default=Path("conformance"), metavar="DIRECTORY",
                      help="for table.md, table.json (default: ./conformance)")  # fmt: skip
    made.add_argument("--name", default="", help="of the cloud, with its version, for the table")
    made.add_argument("--configuration", default="", help="of the cloud, in a few words, for the table")
    made.add_argument(
        "--record", action="store_true", help=f"add the totals to {totals.FILE} and its picture"
    )
    made.add_argument("--remove", action="store_true", help="only remove what a killed run left")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where the rows were played, whatever was seen; 1 where they could not be."""
    given = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the stack is removed
    try:
        cloud = find(given)
        if given.remove:
            remove(cloud, given.region)
            return 0
        rows = play(cloud, given)
    except KeyboardInterrupt:
        return 130
    except (ClientError, BotoCoreError, requests.RequestException, OSError, LookupError, ValueError) as error:
        print(f"not played: {error}", file=sys.stderr)
        return 1
    title = given.name or cloud.name
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "table.md").write_text(report.as_markdown(title, rows))
    (given.out / "table.json").write_text(report.as_json(title, rows))
    if given.record:
        totals.record(title, given.configuration, report.totals(rows))
    for kind, counted in report.totals(rows).items():
        print(f"{kind:14}" + ", ".join(f"{number} {verdict}" for verdict, number in counted.items()))
    return 0


def find(given: argparse.Namespace) -> Cloud:
    if given.cloud:
        return clouds.Aws()
    key = os.environ.get("AWS_ACCESS_KEY_ID", "")
    return clouds.at(given.endpoint, key=key, data_plane=given.data_plane, name=given.name)


def play(cloud: Cloud, given: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    if given.only != "calls":
        with stack.stack(cloud, given.region, given.source) as made:
            rows += run.over_sockets(made, plays(), say)
    if given.only != "sockets":
        rows += run.of_calls(cloud, say)
    return rows


def remove(cloud: Cloud, region: str) -> None:
    stack.remove(cloud, region)
    world.remove(cloud.client, run.REGION)
    iam = cloud.client("iam", run.REGION)
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role(RoleName=run.ROLE)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
