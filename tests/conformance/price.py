"""What a run costs on AWS, and how long it takes: computed of the rows, so that it stays true."""

from __future__ import annotations

from math import ceil

from tests.conformance.clouds import Aws
from tests.conformance.players import calls, plays
from tests.conformance.rounds import rounds

# US dollars in us-east-1, on demand, free tier not counted: the pages Elastic Load Balancing pricing, Amazon
# VPC pricing (public IPv4 addresses) and AWS Lambda pricing of aws.amazon.com, as of 2025.
BALANCER_HOUR = 0.0225
LCU_HOUR = 0.008
ADDRESS_HOUR = 0.005
LAMBDA_REQUEST = 0.20 / 1_000_000
LAMBDA_GB_SECOND = 0.0000166667

BALANCERS = 3  # the stack's and two of the world that calls presuppose
ADDRESSES = 2 * BALANCERS  # one a zone
CALL = 0.4  # seconds of a call of the API, retries of throttled ones counted; a guess
START = 300.0  # seconds until a load balancer is there, and is gone again; a guess
SECONDS_PER_ROW = 0.5  # a guess: some round trips


def minutes() -> int:
    each = rounds(plays(), Aws.ports, Aws.width)
    listeners = sum(
        len(round.stands) + sum(len(stand.setting.rules) for stand in round.stands) for round in each
    )
    seconds = 2 * START + len(each) * Aws.settle + 2 * listeners * CALL
    return ceil((seconds + len(plays()) * SECONDS_PER_ROW + len(calls.ROWS) * CALL) / 60)


def dollars() -> float:
    """Load balancers are paid by the hour or part of one, of which a run may touch one more than it takes."""
    hours = ceil(minutes() / 60) + 1
    requests = 10 * len(plays())
    return hours * (BALANCERS * (BALANCER_HOUR + LCU_HOUR) + ADDRESSES * ADDRESS_HOUR) + requests * (
        LAMBDA_REQUEST + 0.125 * LAMBDA_GB_SECOND
    )


def sentence() -> str:
    return (
        f"On AWS (--cloud=aws) a run takes about {minutes()} minutes and costs at most ${dollars():.2f}: "
        f"{BALANCERS} load balancers with {ADDRESSES} public IPv4 addresses, one LCU each, and some "
        "thousand Lambda requests, at the list prices of us-east-1 as of 2025. The stack is removed at the "
        "end, also on Ctrl-C; what a killed run leaves goes on costing until --remove."
    )
