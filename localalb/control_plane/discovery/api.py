"""How the API is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import ClientError

Api = Mapping[str, Any]
"""An answer of boto3's, or a part of one."""

Read = TypeVar("Read")


def pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Api]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[key]]


def existing(ask: Callable[..., Read], **arguments: Any) -> Read | None:
    """What the API answers about a thing that is named; None where there is no such thing."""
    try:
        return ask(**arguments)
    except ClientError as error:
        if not missing(error):
            raise
        return None


def missing(error: ClientError) -> bool:
    return "NotFound" in error.response["Error"]["Code"]
