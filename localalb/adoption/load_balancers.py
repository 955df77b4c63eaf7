"""What is answered in the provider's place: the creation of a load balancer, and nothing else."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localalb.adoption import record
from localalb.adoption.messages import dynamic, fields, message, one, value
from localalb.adoption.planned import TYPES, Creation, Unsuitable, as_created, creation, differences, known
from localalb.adoption.record import Elbv2
from localalb.adoption.relay import Ask, Refused

READ = "ReadResource"
# Arguments of a provider block by which its calls are another account's, or go elsewhere.
ELSEWHERE = (
    *("profile", "access_key", "assume_role", "assume_role_with_web_identity", "endpoints"),
    *("shared_config_files", "shared_credentials_files"),
)
ERROR = 1  # Diagnostic.severity
_counter = itertools.count(1)


class LoadBalancers:
    """The load balancers of one configured provider. `region` is the environment's; `say` gets a sentence
    about each that is left to the provider."""

    def __init__(self, elbv2: Elbv2, noted: Path, region: str, say: Callable[[str], object]) -> None:
        self._elbv2 = elbv2
        self._noted = noted
        self._region = region
        self._say = say
        self._elsewhere: list[str] = []

    def configure(self, body: bytes) -> None:
        """Note where the provider's calls go, of a request of Configure."""
        config = known(value(one(fields(body), 2))) or {}
        self._region = config.get("region") or self._region
        self._elsewhere = [name for name in ELSEWHERE if _is_set(config.get(name))]

    async def answer(self, body: bytes, ask: Ask) -> bytes | None:
        """What is answered to a request of ApplyResourceChange; None: what the provider answers."""
        request = fields(body)
        type_, prior = one(request, 1).decode(), value(one(request, 2))
        if type_ not in TYPES or prior is not None:
            return None
        planned = value(one(request, 3))
        try:
            return await self._create(request, planned, ask)
        except (Unsuitable, Refused, BotoCoreError, ClientError) as reason:
            planned = known(planned)
            name = planned.get("name") or planned.get("name_prefix") or "without a name"
            self._say(f"{type_} {name}: the AWS provider makes it, and waits 60 s, because {reason}")
            return None

    async def _create(
        self, request: list[tuple[int, int | bytes]], planned: Mapping[str, Any], ask: Ask
    ) -> bytes:
        if self._elsewhere:
            raise Unsuitable(f"its provider block sets {' and '.join(self._elsewhere)}")
        wanted = creation(known(planned), _suffix)
        region, name = known(planned).get("region") or self._region, wanted.arguments["Name"]
        elbv2 = await asyncio.to_thread(self._elbv2, region)
        if await asyncio.to_thread(record.existing, elbv2, name):  # somebody's: the provider refuses too
            raise Unsuitable(f"a load balancer {name} exists already")
        record.note(self._noted, region, name)
        arn = await asyncio.to_thread(_make, elbv2, wanted)
        try:
            return await _read(request, planned, arn, ask)
        except Exception:
            await asyncio.to_thread(record.remove, elbv2, arn)
            raise


async def _read(
    request: list[tuple[int, int | bytes]], planned: Mapping[str, Any], arn: str, ask: Ask
) -> bytes:
    """The answer to a creation, of the provider's own reading of what was made."""
    private = one(request, 5)
    state = dynamic({**known(planned), "id": arn, "arn": arn})
    asked = [(1, one(request, 1)), (2, state), (3, private), *[each for each in request if each[0] == 6]]
    read = fields(await ask(READ, message([(4 if number == 6 else number, each) for number, each in asked])))
    diagnostics = [each for number, each in read if number == 2 and isinstance(each, bytes)]
    for each in map(fields, diagnostics):
        if (1, ERROR) in each:
            raise Unsuitable(one(each, 2).decode())
    made = value(one(read, 1))
    if made is None or (different := differences(known(planned), made)):
        raise Unsuitable(f"{' and '.join(different) if made else 'all'} of it would differ from the plan")
    identity = [(5, each) for number, each in read if number == 5]
    return message(
        [
            (1, dynamic(as_created(planned, made))),
            (2, _applied(private)),
            *[(3, each) for each in diagnostics],
            (4, 1),  # the provider's own answers come of the legacy type system too
            *identity,
        ]
    )


def _applied(private: bytes) -> bytes:
    """The provider's notes without what it notes for an apply (terraform-plugin-sdk, newExtraKey)."""
    notes = json.loads(private or b"{}")
    notes.pop("_new_extra_shim", None)
    return json.dumps(notes, separators=(",", ":"), sort_keys=True).encode() if notes else b""


def _is_set(value: Any) -> bool:
    """Whether an argument says something: a block of empty arguments does not."""
    if isinstance(value, dict):
        return any(map(_is_set, value.values()))
    return any(map(_is_set, value)) if isinstance(value, list) else bool(value)


def _make(elbv2: Any, wanted: Creation) -> str:
    arn: str = elbv2.create_load_balancer(**wanted.arguments)["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = [{"Key": key, "Value": value} for key, value in wanted.attributes.items()]
    try:
        elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)
    except Exception:
        record.remove(elbv2, arn)
        raise
    return arn


def _suffix() -> str:
    """26 characters as the provider's: the time to 0.1 ms, and a number. By them it knows a prefix again."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%d%H%M%S}{now.microsecond // 100:04}{next(_counter):08x}"
