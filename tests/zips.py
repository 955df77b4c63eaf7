"""Deployment packages for tests."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

Files = Mapping[str, str | bytes]


def zipped(files: Files, modes: Mapping[str, int] | None = None) -> bytes:
    """A zip of these files, by name. `modes` are those of some of them; the others have 0644."""
    modes = modes or {}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            # Where a zip holds no mode it has DOS's attributes.
            member.external_attr = modes.get(name, 0o100644) << 16 or 0x20
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
