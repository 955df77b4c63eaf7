"""boto3 clients of the local cloud, for what localalb itself asks of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config


class Clients:
    """Gives the client of a service and a region. Safe to use from every thread."""

    def __init__(self, endpoint_url: str, key: str) -> None:
        self._endpoint_url = endpoint_url
        self._key = key

    @cache  # noqa: B019 - lives as long as the process
    def __call__(self, service: str, region: str) -> Any:
        session = boto3.session.Session(aws_access_key_id=self._key, aws_secret_access_key="testing")
        config = Config(retries={"max_attempts": 1}, max_pool_connections=4)
        return session.client(service, region, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]
