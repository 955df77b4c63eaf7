"""One invocation of a function, from the moment it is admitted to its answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from localalb.runtime.function import Function
from localalb.runtime.result import Result

Outcome = Result | Exception
"""What an invocation came to: its result, or what kept it from having one."""


@dataclass(slots=True, eq=False)
class Invocation:
    """`trace` and `client_context` (JSON) are empty where there is none; `weighted` says whether an alias
    with weights picked the function's version.

    `answer` is what the caller waits for; it is cancelled where the caller has gone. While the invocation
    itself `waits` for an environment, `caller` is the task that does.
    """

    function: Function
    payload: bytes
    request_id: str
    trace: str
    client_context: str
    answer: asyncio.Future[Result]
    weighted: bool = False
    waits: bool = True
    caller: asyncio.Task[Any] | None = None

    def tell(self, outcome: Outcome) -> None:
        """Give the caller, if one is left, what the invocation came to."""
        if self.answer.done():
            return
        if isinstance(outcome, Result):
            self.answer.set_result(outcome)
        else:
            self.answer.set_exception(outcome)
