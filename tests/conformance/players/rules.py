"""A request to a listener with rules, and which of them takes it; redirects, fixed responses, weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from tests.cases import Pairs, rules, transforms
from tests.cases.calls import forward
from tests.cases.rules import Api, FixedCase, RedirectCase, RuleCase, StickyCase, WeightCase
from tests.cases.transforms import TransformCase
from tests.conformance.play import PEER, Connect, Known, Outcome, Play, Setting
from tests.conformance.players.requests import event

TRIES = 40  # requests to two target groups of equal weight, of which each gets some
GROUPS = ("{single}", "{second}", "{third}")
ROW = "X-Row"  # the header by which redirects of one port share a listener


def plays() -> Iterator[Play]:
    for case in rules.RULES:
        yield Play(
            kind="rules",
            case=case,
            setting=setting(case),
            perform=partial(play, case),
            unplayable="" if case.peer[0] == PEER else f"needs a client at {case.peer[0]}",
        )
    for secure in (False, True):
        for port in sorted({case.port for case in rules.REDIRECTS if case.secure == secure}):
            together = [case for case in rules.REDIRECTS if (case.port, case.secure) == (port, secure)]
            shared = Setting(port=port, secure=secure, rules=tuple(_redirects(together)))
            for redirect in together:
                perform = partial(play_redirect, redirect)
                yield Play(kind="rules", case=redirect, setting=shared, perform=perform)
    for fixed in rules.FIXED:
        setting_ = Setting(default=fixed.action)
        yield Play(kind="rules", case=fixed, setting=setting_, perform=partial(play_fixed, fixed))
    for weights in rules.WEIGHTS:
        certain = weights.shares is None or set(weights.shares) <= {0.0, 1.0}
        yield Play(
            kind="rules",
            case=weights,
            setting=Setting(default=_forward(weights.weights)),
            perform=partial(play_weights, weights),
            unplayable="" if certain else "a share is seen in thousands of requests",
        )
    rewriting = Setting(
        port=80,
        default=rules.fixed(404, "default"),
        rules=tuple(
            (priority, (rules.header(ROW, case.id),), forward("{single}")[0])
            for priority, case in enumerate(transforms.TRANSFORMS, 1)
        ),
        transforms={priority: case.transforms for priority, case in enumerate(transforms.TRANSFORMS, 1)},
    )
    for transform in transforms.TRANSFORMS:
        perform = partial(play_transform, transform)
        yield Play(kind="rules", case=transform, setting=rewriting, perform=perform)
    for sticky in rules.STICKINESS:
        enabled = {"Enabled": sticky.enabled} | ({"DurationSeconds": 60} if sticky.enabled else {})
        yield Play(
            kind="rules",
            case=sticky,
            setting=Setting(default=_forward((1, 1), TargetGroupStickinessConfig=enabled)),
            perform=partial(play_sticky, sticky),
        )


def raw(method: str, target: str, headers: Pairs) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def setting(case: RuleCase) -> Setting:
    return Setting(
        attributes=case.attributes,
        default=rules.fixed(200, "default"),
        rules=tuple(
            (priority, conditions, rules.fixed(200, str(priority))) for priority, conditions in case.rules
        ),
    )


def play(case: RuleCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw(case.method, case.target, case.sent))
        reply = client.reply(case.method)
    taken = str(case.taken or "default")
    body = "" if case.method == "HEAD" else taken
    return Outcome(
        {"status": 200, "content-length": [str(len(taken))], "body": body},
        {"status": reply.status, "content-length": reply.values("content-length"), "body": _text(reply.body)},
    )


def _redirects(cases: Sequence[RedirectCase]) -> Iterator[tuple[int, tuple[Api, ...], Api]]:
    for priority, case in enumerate(cases, 1):
        action = {"Type": "redirect", "RedirectConfig": case.config}
        yield priority, (rules.header(ROW, case.id),), action


def play_redirect(case: RedirectCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw("GET", case.target, (("Host", case.host), (ROW, case.id))))
        reply = client.reply()
    return Outcome(
        {"status": case.status, "location": [case.location]},
        {"status": reply.status, "location": reply.values("location")},
    )


def play_transform(case: TransformCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw("GET", case.target, (("Host", case.host), (ROW, case.id))))
        reply = client.reply()
    if case.fails:
        return Outcome({"status": 500}, {"status": reply.status})
    got = event(reply)
    query = "&".join(f"{key}={value}" for key, value in got["queryStringParameters"].items())
    return Outcome(
        {"path": case.path, "query": case.query, "host": case.to_host},
        {"path": got["path"], "query": query, "host": got["headers"]["host"]},
    )


def play_fixed(case: FixedCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw("GET", "/", (("Host", "demo.example"),)))
        reply = client.reply()
    names = ("status", "phrase", "content-type", "body")
    expected = (case.status, case.phrase, [case.content_type], case.body)
    seen = (reply.status, reply.reason, reply.values("content-type"), reply.body)
    return Outcome(dict(zip(names, expected, strict=True)), dict(zip(names, seen, strict=True)))


def _forward(weights: Sequence[int], **more: Any) -> Api:
    pairs = [
        {"TargetGroupArn": group, "Weight": weight} for group, weight in zip(GROUPS, weights, strict=False)
    ]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": pairs, **more}}


def play_weights(case: WeightCase, connect: Connect, known: Known) -> Outcome:
    names = [group.strip("{}") for group in GROUPS]
    if case.shares is None:
        with connect() as client:
            client.send(raw("GET", "/", (("Host", "demo.example"),)))
            return Outcome({"status": 503}, {"status": client.reply().status})
    served = {known.groups[name] for name, share in zip(names, case.shares, strict=False) if share}
    return Outcome({"groups": served}, {"groups": set(_groups(connect, ""))})


def _groups(connect: Connect, cookie: str) -> Iterator[str]:
    """The target group of each of some requests on one connection."""
    headers: Pairs = (("Host", "demo.example"), *((("Cookie", cookie),) if cookie else ()))
    with connect() as client:
        for _ in range(TRIES):
            client.send(raw("GET", "/", headers))
            yield event(client.reply())["requestContext"]["elb"]["targetGroupArn"]


def play_sticky(case: StickyCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw("GET", "/", (("Host", "demo.example"),)))
        reply = client.reply()
    given = [value.partition(";") for value in reply.values("set-cookie")]
    cookies = dict(value.split("=", 1) for value, _, _ in given)
    first = event(reply)["requestContext"]["elb"]["targetGroupArn"]
    expected: dict[str, Any] = {
        "cookies": {"AWSALBTG", "AWSALBTGCORS"} if case.given else set(),
        "cors": ["SameSite=None", "Secure"] if case.given else [],
        "names the group": False,
    }
    cors = [attributes for value, _, attributes in given if value.startswith("AWSALBTGCORS")]
    seen: dict[str, Any] = {
        "cookies": set(cookies),
        "cors": [name for name in ("SameSite=None", "Secure") if any(name in each for each in cors)],
        "names the group": any(first in value for value in cookies.values()),
    }
    if case.reason:
        encoded = cookies["AWSALBTG"].replace("=", "%3D")
        with connect() as client:
            client.send(raw("GET", "/", (("Host", "demo.example"), ("Cookie", f"AWSALBTG={encoded}"))))
            return Outcome(expected | {"status": 400}, seen | {"status": client.reply().status})
    expected["groups"] = {first} if case.stays else {known.groups["single"], known.groups["second"]}
    if not case.stays or case.cookie in cookies:
        sent = f"{case.cookie}={cookies[case.cookie]}" if case.stays else "AWSALBTG=Zm9yZ2Vk"
        seen["groups"] = set(_groups(connect, f"a=b; {sent}; c=d"))
    return Outcome(expected, seen)


def _text(body: bytes) -> str:
    return body.decode("latin-1")
