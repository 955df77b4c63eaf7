"""What is invoked: a version or an alias of a Lambda function, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function's version or alias, as a target names it.

    `timeout` is in seconds, `memory_size` in MB. `arn` is qualified when the target is. Two equal values
    may share execution environments: what an environment depends on is part of the value.
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

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]
