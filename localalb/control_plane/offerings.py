"""Which instance types EC2 has and offers where: 56 MB in every cloud if moto read them as it is imported.

This module has to be imported before moto's models of EC2 are: see this folder's `__init__.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex

from moto.utilities import utils

FOLDER = "instance_type_offerings"
TYPES = "ec2/resources/instance_types.json"  # `instance_types` reads these

Offering = dict[str, Any]
read = utils.load_resource


class Offerings(list[Offering]):
    """Those of a kind of location in a region, read from a resource of moto's when they are looked through
    the second time. The first time is moto's own, which would write the kind of location into each."""

    def __init__(self, resource: str) -> None:
        super().__init__()
        self._resource = resource
        self._looked = 0

    def __iter__(self) -> Iterator[Offering]:
        self._read()
        return super().__iter__()

    def __len__(self) -> int:
        self._read()
        return super().__len__()

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        self._read()
        return super().__getitem__(index)

    def _read(self) -> None:
        self._looked += 1
        if self._looked == 2:
            _, kind = self._resource.split("/")[-3:-1]
            self.extend({**each, "LocationType": kind} for each in read(self._resource))


def load_resource(resource: str) -> Any:
    if resource == TYPES:
        return {}
    return Offerings(resource) if FOLDER in resource else read(resource)


utils.load_resource = load_resource
