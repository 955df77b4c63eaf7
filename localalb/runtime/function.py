"""What is invoked: a version of a Lambda function, or an alias with several, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function's version or alias, as a target names it.

    `timeout` is in seconds, `memory_size` in MB. `arn` is qualified when the target is. `layers` are the ARNs
    of layer versions, each laid over those before it. `log_level` (of what the function logs) and
    `system_log_level` (of what Lambda does) count where `log_format` is JSON. Two equal values may share
    execution environments: what an environment depends on is part of the value.
    """

    arn: str
    name: str
    version: str
    handler: str
    runtime: str
    timeout: int
    memory_size: int
    code_sha256: str
    log_group: str
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    reserved_concurrency: int | None = None
    layers: tuple[str, ...] = ()
    log_format: str = "Text"
    log_level: str = "INFO"
    system_log_level: str = "INFO"

    @property
    def unqualified(self) -> str:
        """The ARN without the alias or version that named it."""
        return ":".join(self.arn.split(":")[:7])

    @property
    def versions(self) -> tuple[Function, ...]:
        return (self,)

    def pick(self, draw: float) -> Function:
        return self

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias whose routing configuration sends a share of its invocations to other versions.

    `others` are versions with their weights, 0 to 1; the rest is `primary`'s (developer guide, "Implement
    Lambda canary deployments using a weighted alias"). An alias without weights is a `Function`.
    """

    primary: Function
    others: tuple[tuple[Function, float], ...]

    @property
    def arn(self) -> str:
        return self.primary.arn

    @property
    def name(self) -> str:
        return self.primary.name

    @property
    def versions(self) -> tuple[Function, ...]:
        return self.primary, *(version for version, _ in self.others)

    def pick(self, draw: float) -> Function:
        """The version for one invocation; `draw` is from 0 up to 1, new for each."""
        for version, weight in self.others:
            if draw < weight:
                return version
            draw -= weight
        return self.primary


Invocable = Function | Alias


def routed(primary: Function, others: tuple[tuple[Function, float], ...]) -> Invocable:
    """An alias with these weights, or its one version where it has none."""
    return Alias(primary, others) if others else primary
