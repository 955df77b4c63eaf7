"""package.py with every file deflated: the module's input `compress`.

A script of its own: the digest of a package holds those of the files that build it, and a new line in one of
them would make everybody upload their code again. When one of them changes anyway, this belongs into
archive.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves it out

import archive
import package


def too_big(entries: Mapping[str, archive.Entry]) -> int:
    """The bytes these would have without compression, as `archive.write` asks: more than it stores."""
    return archive.ZIPPED + 1


if __name__ == "__main__":
    archive.stored_size = too_big
    package.main(sys.argv[1])
