"""What Lambda refuses of concurrency: reserved for a function, provisioned for a version or alias.

An account has a thousand; a hundred of them are for functions that reserve none (Lambda guide, "Lambda
quotas" and "Configuring reserved concurrency"). Words: localstack's snapshots of Lambda's answers.
"""

from __future__ import annotations

from localalb.control_plane.existing import Existing, qualifier_of
from localalb.control_plane.refusals.reason import Api, Refusal, parameter

CONCURRENCY, UNRESERVED = 1000, 100


def reserved(call: Api, existing: Existing) -> Refusal | None:
    """PutFunctionConcurrency: of a function, not below what is provisioned, and a hundred stay unreserved."""
    name, wanted = call["FunctionName"], call["ReservedConcurrentExecutions"]
    if qualifier_of(name) is not None:
        return parameter(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
            "operation. Please specify either a function name or an unqualified function ARN."
        )
    mine = existing.function(name)
    if mine and wanted < sum(mine.provisioned.values()):
        return parameter(
            f"ReservedConcurrentExecutions  {wanted} should not be lower than function's total provisioned "
            f"concurrency [{sum(mine.provisioned.values())}]."
        )
    others = sum(each.reserved or 0 for each in existing.functions.values() if each is not mine)
    return None if CONCURRENCY - others - wanted >= UNRESERVED else _too_few_left("Reserved")


def provisioned(call: Api, existing: Existing) -> Refusal | None:
    """PutProvisionedConcurrencyConfig: within what the function has reserved, else within what the account
    has left."""
    mine = existing.function(call["FunctionName"])
    if mine is None:
        return None
    others = sum(count for name, count in mine.provisioned.items() if name != call["Qualifier"])
    wanted = call["ProvisionedConcurrentExecutions"]
    if mine.reserved is not None:
        if others + wanted <= mine.reserved:
            return None
        return parameter(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution "
            "for function"
        )
    free = CONCURRENCY - others - sum(each.reserved or 0 for each in existing.functions.values())
    if wanted > free:
        return parameter(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
            f"[{free}]."
        )
    return None if free - wanted >= UNRESERVED else _too_few_left("")


def _too_few_left(which: str) -> Refusal:
    return parameter(
        f"Specified {which}ConcurrentExecutions for function decreases account's "
        f"UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
    )
