"""A zip whose bytes depend on nothing but names, contents and executable bits, within what Lambda takes."""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from problem import PackageError

# Quotas of AWS Lambda, "Deployment package (.zip file archive) size"; its MB is 1024 x 1024 bytes.
MB = 1024 * 1024
ZIPPED = 50 * MB
UNZIPPED = 250 * MB


@dataclass(frozen=True)
class Entry:
    """One file of the zip; its size is in bytes."""

    size: int
    executable: bool
    read: Callable[[], bytes]


def write(entries: Mapping[str, Entry], target: BinaryIO) -> None:
    """Write the zip, sorted by name.

    Stored while that fits, not deflated: zlib, zlib-ng and zlib-rs compress one input to different bytes, and
    which of them a Python has depends on its version and on who built it.

    Raises PackageError when it is more than Lambda takes, or could not be unpacked.
    """
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
    stored = stored_size(entries) <= ZIPPED
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(entries):
            archive.writestr(
                record(name, entries[name].executable), entries[name].read(), method, compresslevel=9
            )
    zipped = target.tell()
    if zipped > ZIPPED:
        raise PackageError(
            f"the package is {zipped / MB:.1f} MB zipped and Lambda takes 50 MB at once; {biggest(entries)}; "
            "leave out what the function does without (exclude, requirements.txt; the runtime has boto3), "
            "or upload the zip to S3 and pass package_s3, or make a container image and pass image_uri"
        )


def record(name: str, executable: bool) -> zipfile.ZipInfo:
    """The zip's record of one file: of the file's mode only "executable" counts, of its date nothing."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # the earliest a zip can say
    info.create_system = 3  # Unix, or Windows would write 0 and Lambda ignore the mode
    info.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return info


def stored_size(entries: Mapping[str, Entry]) -> int:
    """The bytes of a zip of these without compression: two headers a file with its name in each, and the
    end.
    """
    return 22 + sum(entry.size + 30 + 46 + 2 * len(name.encode()) for name, entry in entries.items())


def biggest(entries: Mapping[str, Entry]) -> str:
    """The five biggest folders and files at the top, for a person to choose from."""
    sizes: Counter[str] = Counter()
    for name, entry in entries.items():
        top, slash, _ = name.partition("/")
        sizes[top + slash] += entry.size
    return "the biggest are " + ", ".join(f"{top} {size / MB:.1f} MB" for top, size in sizes.most_common(5))
