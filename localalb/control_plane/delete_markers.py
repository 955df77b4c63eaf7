"""What S3 leaves in a versioned bucket in the place of a deleted object.

Where versioning was suspended, moto disposes of all that a key has, and a marker of its own cannot be.
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeDeleteMarker

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ()
ADDITIONS: tuple[Seam, ...] = ((FakeDeleteMarker, "dispose"),)


def replacements() -> list[Replacement]:
    """The method of `ADDITIONS` as it should be."""
    return [(FakeDeleteMarker, "dispose", _dispose)]


def _dispose(self: Any) -> None:
    """A marker holds no file."""
