"""Aliases: their names, and the versions they point to."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    MISSING,
    OBSERVED,
    PATTERN,
    SNAPSHOTS,
    VALIDATION,
    Row,
    constraint,
    of_function,
)

ALIAS: dict[str, Any] = {"FunctionName": "heard", "Name": "new", "FunctionVersion": "1"}
LIVE: dict[str, Any] = {"FunctionName": "heard", "Name": "live"}


def weighted(**weights: float) -> dict[str, Any]:
    """A RoutingConfig; the name of a version is `v1`, $LATEST is `latest`."""
    names = {name: "$LATEST" if name == "latest" else name.removeprefix("v") for name in weights}
    return {"RoutingConfig": {"AdditionalVersionWeights": {names[name]: weights[name] for name in weights}}}


ROUTES: tuple[Row, ...] = (
    (
        "two-more-versions",
        "An alias has two versions.",
        weighted(v2=0.1, v3=0.1),
        "Number of items in AdditionalVersionWeights cannot be greater than 1",
        SNAPSHOTS,
        {},
    ),
    (
        "latest-and-another",
        "Neither is $LATEST.",
        {"FunctionVersion": "$LATEST"} | weighted(v2=0.5),
        "$LATEST is not supported for an alias pointing to more than 1 version",
        SNAPSHOTS,
        {},
    ),
    (
        "another-and-latest",
        "Nor the second.",
        weighted(latest=0.5),
        "Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
        "Map keys must "
        "satisfy constraint: [",
        SNAPSHOTS,
        {"code": VALIDATION},
    ),
    (
        "one-version-twice",
        "They are two.",
        {"FunctionVersion": "1"} | weighted(v1=0.5),
        "Invalid function version 1. Function version 1 is already included in routing configuration.",
        SNAPSHOTS,
        {},
    ),
    (
        "weight-2",
        "A weight is 1 at most.",
        weighted(v2=2.0),
        "Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
        "Map value must satisfy "
        "constraint: [Member must have value less than or equal to 1.0",
        SNAPSHOTS,
        {"code": VALIDATION},
    ),
    (
        "weight-below-0",
        "A weight is 0 or more.",
        weighted(v2=-1.0),
        "Map value must satisfy constraint: [",
        SNAPSHOTS,
        {"code": VALIDATION},
    ),
    (
        "no-version",
        "Its version exists.",
        {"FunctionVersion": "10"},
        "Function not found: {heard}:10",
        SNAPSHOTS,
        MISSING,
    ),
    (
        "no-second-version",
        "And its second one.",
        weighted(v9=0.5),
        "Function not found: {heard}:9",
        SNAPSHOTS,
        MISSING,
    ),
)

ALIASES = (
    *(
        of_function(operation, f"{verb}-{id}", fact, alias | changed, message, source, OBSERVED, **more)
        for operation, verb, alias in (("CreateAlias", "alias", ALIAS), ("UpdateAlias", "change-alias", LIVE))
        for id, fact, changed, message, source, more in ROUTES
    ),
    of_function(
        "CreateAlias",
        "alias-again",
        "A name is one alias's.",
        ALIAS | {"Name": "live"},
        "Alias already exists: {heard}:live",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceConflictException",
        status=409,
    ),
    of_function(
        "CreateAlias",
        "alias-of-digits",
        "It is no number.",
        ALIAS | {"Name": "2024"},
        constraint("2024", "name", PATTERN + "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
        SNAPSHOTS,
        OBSERVED,
        code=VALIDATION,
    ),
    of_function(
        "CreateAlias",
        "alias-of-no-function",
        "The function exists.",
        ALIAS | {"FunctionName": "none"},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        by_moto=True,
        **MISSING,
    ),
    of_function(
        "UpdateAlias",
        "change-no-alias",
        "An alias that does not exist does not change.",
        LIVE | {"Name": "dead", "FunctionVersion": "1"},
        "Alias not found: {heard}:dead",
        SNAPSHOTS,
        OBSERVED,
        **MISSING,
    ),
    of_function(
        "GetAlias",
        "get-no-alias",
        "Nor is it told of.",
        LIVE | {"Name": "dead"},
        "Cannot find alias arn: {heard}:dead",
        SNAPSHOTS,
        OBSERVED,
        by_moto=True,
        **MISSING,
    ),
)
