"""A zip whose bytes depend on nothing but names, contents and executable bits, within what Lambda takes.

Written here and not by zipfile, which takes longer to import than a small package to build, and decides about
bytes anew in each version. Numbers in brackets are sections of the format's specification, APPNOTE.TXT.
"""

from __future__ import annotations

import stat
import struct
from binascii import crc32
from collections.abc import Callable, Mapping

from deflate import deflate
from problem import PackageError

TYPE_CHECKING = False  # typing is slow to import too
if TYPE_CHECKING:
    from typing import BinaryIO

# Quotas of AWS Lambda, "Deployment package (.zip file archive) size"; its MB is 1024 x 1024 bytes.
MB = 1024 * 1024
ZIPPED = 50 * MB
UNZIPPED = 250 * MB
# So many bytes are deflated without being asked for: they take some 40 ms, as long as all else does.
QUICK = MB // 8

STORED, DEFLATED = 0, 8  # [4.4.5]
_UTF_8 = 1 << 11  # [4.4.4]
_1980 = 1 << 5 | 1  # its first day, the earliest a zip can say [4.4.6]
_MADE_BY = 3 << 8 | 20  # Unix, as elsewhere Lambda ignores the mode [4.4.2]
_MANY = 0xFFFF

_RECORD = struct.Struct("<5H3L2H")  # of a file, the same in both its headers [4.3.7, 4.3.12]
_PLACE = struct.Struct("<3H2L")  # the rest of its header in the directory
_END = struct.Struct("<4s4H2LH")  # [4.3.16]
_END_64 = struct.Struct("<4sQ2H2L4Q" + "4sLQL")  # [4.3.14], and where it is [4.3.15]


class Entry:
    """One file of the zip, with sizes in bytes; what comes out of another zip may be `deflated` already."""

    __slots__ = ("deflated", "executable", "packed_size", "read", "size")

    def __init__(
        self,
        size: int,
        executable: bool,
        read: Callable[[], bytes],
        deflated: Callable[[], bytes] | None = None,
        packed_size: int = 0,
    ) -> None:
        self.size = size
        self.executable = executable
        self.read = read
        self.deflated = deflated
        self.packed_size = packed_size if deflated else size


def write(entries: Mapping[str, Entry], target: BinaryIO, compress: bool) -> None:
    """Write the zip, sorted by name.

    What comes deflated stays so. The rest is deflated by `deflate.py`, as zlib, zlib-ng and zlib-rs make
    other bytes of the same input: where it is QUICK, where `compress` asks for it, or where Lambda would not
    take the zip otherwise.

    Raises PackageError when it is more than Lambda takes, or could not be unpacked.
    """
    refuse(entries)
    loose = sum(entry.size for entry in entries.values() if not entry.deflated)
    deflating = compress or loose <= QUICK or stored_size(entries) > ZIPPED
    directory, offset = [], 0
    for name in sorted(entries):
        entry = entries[name]
        spelled = name.encode()
        content = entry.read()
        method, data = packed(entry, content, deflating)
        record = _RECORD.pack(
            20, 0 if name.isascii() else _UTF_8, method, 0, _1980,
            crc32(content), len(data), len(content), len(spelled), 0,
        )  # fmt: skip
        target.write(b"PK\3\4" + record + spelled)
        target.write(data)
        mode = stat.S_IFREG | (0o755 if entry.executable else 0o644)
        place = _PLACE.pack(0, 0, 0, mode << 16, offset)
        directory.append(b"PK\1\2" + _MADE_BY.to_bytes(2, "little") + record + place + spelled)
        offset += 4 + _RECORD.size + len(spelled) + len(data)
    listing = b"".join(directory)
    target.write(listing)
    target.write(end(len(entries), len(listing), offset))
    zipped = target.tell()
    if zipped > ZIPPED:
        raise PackageError(
            f"the package is {zipped / MB:.1f} MB zipped and Lambda takes 50 MB at once; {biggest(entries)}; "
            "leave out what the function does without (exclude, requirements.txt; the runtime has boto3), "
            "or upload the zip to S3 and pass package_s3, or make a container image and pass image_uri"
        )


def refuse(entries: Mapping[str, Entry]) -> None:
    """Raise PackageError for what Lambda could not unpack."""
    for name in entries:
        folder = name.rpartition("/")[0]
        while folder:
            if folder in entries:
                raise PackageError(
                    f"{folder} is a file, and {name} needs a folder of that name; rename one of them"
                )
            folder = folder.rpartition("/")[0]
    total = sum(entry.size for entry in entries.values())
    if total > UNZIPPED:
        raise PackageError(
            f"the package is {total / MB:.1f} MB unzipped and Lambda takes 250 MB; {biggest(entries)}; leave "
            "out what the function does without (exclude, requirements.txt; the runtime has boto3), or make "
            "a container image and pass image_uri, which may have 10 GB"
        )


def packed(entry: Entry, content: bytes, deflating: bool) -> tuple[int, bytes]:
    """How the content lies in the zip, and as what: deflated only where that is shorter."""
    if entry.deflated:
        return DEFLATED, entry.deflated()
    if deflating:
        data = deflate(content)
        if len(data) < len(content):
            return DEFLATED, data
    return STORED, content


def end(count: int, size: int, offset: int) -> bytes:
    """What stands behind the directory of so many files, which has `size` bytes from `offset` on."""
    more = b""
    if count > _MANY:
        place = offset + size
        more = _END_64.pack(
            b"PK\6\6", 44, _MADE_BY, 45, 0, 0, count, count, size, offset, b"PK\6\7", 0, place, 1
        )
        count = _MANY
    return more + _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, 0)


def stored_size(entries: Mapping[str, Entry]) -> int:
    """The bytes of a zip of these without compressing any: two headers a file with its name in each, and the
    end.
    """
    return 22 + sum(entry.packed_size + 30 + 46 + 2 * len(name.encode()) for name, entry in entries.items())


def biggest(entries: Mapping[str, Entry]) -> str:
    """The five biggest folders and files at the top, for a person to choose from."""
    sizes: dict[str, int] = {}
    for name, entry in entries.items():
        top, slash, _ = name.partition("/")
        sizes[top + slash] = sizes.get(top + slash, 0) + entry.size
    first = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    return "the biggest are " + ", ".join(f"{top} {size / MB:.1f} MB" for top, size in first)
