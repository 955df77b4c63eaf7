"""How the API is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Api = Mapping[str, Any]
"""An answer of boto3's, or a part of one."""


def pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Api]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[key]]
