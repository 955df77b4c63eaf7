"""docs/fidelity.md, made of the cases: `python -m tests.cases.page` prints it, a test compares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.cases import (
    Case,
    Confidence,
    calls,
    login,
    metrics,
    mutual,
    policies,
    refusals,
    requests,
    responses,
    rules,
    targets,
    transforms,
)
from tests.conformance import totals

CHAPTERS = (
    ("Requests and events", requests.SECTIONS),
    ("Responses", responses.SECTIONS),
    ("Rules and actions", {**rules.SECTIONS, **transforms.SECTIONS}),
    ("Logins and tokens", login.SECTIONS),
    ("Refusals", refusals.SECTIONS),
    ("Client certificates", mutual.SECTIONS),
    ("Security policies", policies.SECTIONS),
    ("Calls of the API", calls.SECTIONS),
    ("Metrics", metrics.SECTIONS),
    ("Targets that are addresses", targets.SECTIONS),
)

MISSING = (
    ("User pools of Cognito with a page to log in", "`--login local` puts localalb's own provider in the "
     "place of each; without it a rule with `authenticate-cognito` is a 500 that says so"),
    ("OpenID providers of the internet", "they are asked with `--login real` alone; else a rule that names "
     "one is a 500 that says so"),
    ("The public key of `x-amzn-oidc-data` under AWS's name", "public-keys.auth.elb.<region>.amazonaws.com "
     "leads nowhere; functions find it below `LOCALALB_PUBLIC_KEYS`"),
    ("Security policies of RFC 9151", "refused as names that are not known"),
    ("Key exchange of security policies, DES-CBC3-SHA", "protocols and ciphers are the policy's, groups are "
     "OpenSSL's, whether PQ is in its name or not; the one cipher OpenSSL lacks is left out of "
     "ELBSecurityPolicy-TLS-1-0-2015-04"),
    ("AWS WAF", "a web ACL is kept and refuses nobody: what AWS would answer with a 403 is let through"),
    ("Reserved load balancer capacity, zonal shift", "kept, and nothing comes of them"),
    ("Connection logs of handshakes that failed", "connections that were established are logged alone, and "
     "without their key exchange, which Python's ssl does not tell"),
    ("HTTP/2 and gRPC to targets", "a target group of protocol version HTTP2 or GRPC gives a 500, or the 464 "
     "that AWS documents"),
    ("Slow start, weighted random routing, anomaly mitigation", "kept; targets get requests by turns, or the "
     "one with the fewest does"),
    ("Services beside the load balancer",
     "moto's: kept, and mostly no more (no login page, no call through an API of API Gateway, no state "
     "machine that runs); what it lacks, such as groups of X-Ray or ValidateTemplate of CloudFormation, is a "
     "501 that says so"),
    ("Lambda layers of other accounts", "a function that names one is refused"),
    ("/tmp", "environments share this machine's; TMPDIR, which tempfile uses, is each one's own"),
    ("/opt", "a function's layers are merged elsewhere: imports, PATH and LD_LIBRARY_PATH find them, "
     "a path that begins with /opt does not"),
    ("Native code for another processor or Python than this machine's", "a distribution gets the same "
     "version from pip; a file that no dist-info names, and what a layer has beside python/, does not load"),
    ("Container images and runtimes other than Python", "a 502, and the function's log says what runs here"),
    ("File systems, VPCs, KMS keys, X-Ray, SnapStart and provisioned concurrency of functions",
     "kept, and nothing comes of them: no mount, no network, no trace, a cold start as without"),
    ("The runtime API and extensions", "a function finds AWS_LAMBDA_RUNTIME_API, and nothing answers there"),
    ("Freezing on macOS", "a worker's threads go on between invocations; on AWS and on Linux they stop"),
    ("Actions of alarms", "an alarm's state is evaluated when it is asked for, with the period under way as "
     "soon as it has values; nothing is sent, alarms on expressions stay as they are, and composite ones are "
     "refused"),
    ("Other metrics", "CloudWatch has requests, codes, times and errors of the last three hours, without "
     "Availability Zones; RequestCount has no zeros"),
    ("More than one node", "a load balancer has one address, 127.0.0.1, and no zones fail"),
)  # fmt: skip

INTRODUCTION = """\
# What is faithful, what is a guess, what is missing

localalb against a real Application Load Balancer, fact by fact. Every row below is a test: it runs against
the pure functions and, where bytes matter, again through a socket. This page is made of those tests, by
`make docs`, and a test fails when it is not up to date.

- **documented**: AWS's documentation says so.
- **observed**: somebody saw a real load balancer do it; the source says who.
- **computed**: it follows from what was seen.
- **guess**: nothing public settles it. Each guess is one commented decision in the code. If you can try it on
  a real load balancer, please tell.

One thing localalb does that no load balancer does: to a client that came by the local address
(127.0.0.1:8080), a Location that names the same host with a listener's port gets that listener's local port.
"""

SIDE_BY_SIDE = """\
## Side by side

`python -m tests.conformance --endpoint URL` builds a stack by boto3 alone, plays these rows over sockets and
through the API of any cloud that speaks AWS's, and writes a table of what it saw. In the totals below a row
is the same where everything of it was seen as it stands here, in both modes of a target group. A guess
counts like a fact: where others differ from one, they may be right. That localalb keeps these rows is no
surprise: they are its tests. `--cloud=aws` does the same in an account, and `--help` has the price: each
guess that is settled so becomes an observation. Please tell.

![How many rows are the same, differ, were not playable: a bar a cloud](conformance.svg)
"""


def render() -> str:
    cases = [case for _, sections in CHAPTERS for rows in sections.values() for case in rows]
    parts = [INTRODUCTION, counts(cases), missing(), side_by_side()]
    for title, sections in CHAPTERS:
        parts.append(f"## {title}\n")
        parts += [section(name, rows) for name, rows in sections.items()]
    return "\n".join(parts)


def counts(cases: Iterable[Case]) -> str:
    found = Counter(case.confidence for case in cases)
    order: tuple[Confidence, ...] = ("documented", "observed", "computed", "guess")
    return "Rows: " + ", ".join(f"{found[name]} {name}" for name in order) + ".\n"


def missing() -> str:
    lines = [f"- **{what}**: {instead}." for what, instead in MISSING]
    return "## Missing\n\n" + "\n".join(lines) + "\n"


def side_by_side() -> str:
    return f"{SIDE_BY_SIDE}\n{totals.markdown(totals.stored())}"


def section(title: str, rows: Iterable[Case]) -> str:
    lines = [f"### {title}", "", "| fact | confidence | source |", "|---|---|---|"]
    lines += [f"| {_cell(case.fact)} | {case.confidence} | {_cell(case.source)} |" for case in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


if __name__ == "__main__":
    print(render(), end="")
