"""The worker's side of an execution environment that is debugged: connects to its debugger, waits until that
has set its breakpoints, and goes on as bootstrap.py does.

Standard library and debugpy, 3.9 up. debugpy comes without what it has compiled for one Python, so it runs
under any. With the standard library in the place of this directory: it has a `code` of its own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

bootstrap = importlib.import_module("bootstrap")  # beside this file, which is no package where it runs
del sys.modules["bootstrap"]  # a function may have one of its own


def connect() -> None:
    """Returns when the debugger says that it is configured, or has gone."""
    asked = json.loads(os.environ.pop("_LOCALALB_DEBUGGER"))
    mine, before = sys.path.pop(0), {*os.environ}
    sys.path.append(asked["package"])
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else a warning of frozen modules is in the log
    import debugpy

    debugpy.configure(subProcess=False)
    try:
        debugpy.connect(("127.0.0.1", asked["port"]), access_token=asked["token"])
    except ConnectionRefusedError:
        sys.breakpointhook = sys.__breakpointhook__
    for name in {*os.environ} - before:
        del os.environ[name]
    sys.path.insert(0, mine)


if __name__ == "__main__":
    bootstrap.die_with_parent(int(sys.argv[2]))
    connect()
    bootstrap.main()
