"""EC2's instance types, which moto would read as it is imported: 10 MB, and read here when somebody asks.

Before, moto finds none: `offerings`.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES, InstanceType, InstanceTypeBackend

from localalb.control_plane import offerings
from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ((InstanceTypeBackend, "describe_instance_types"),)


def replacements() -> list[Replacement]:
    """The method of `SEAMS` as it should be."""
    describe_instance_types = InstanceTypeBackend.describe_instance_types

    def read_first(self: InstanceTypeBackend, *args: Any, **kwargs: Any) -> list[InstanceType]:
        if not self.instance_types:
            INSTANCE_TYPES.update(offerings.read(offerings.TYPES))
            InstanceTypeBackend.instance_types = [InstanceType(name) for name in INSTANCE_TYPES]
        return describe_instance_types(self, *args, **kwargs)

    return [(InstanceTypeBackend, "describe_instance_types", read_first)]
