"""pip, with environment markers that say what Lambda is rather than what this machine is.

    pip_for_lambda.py '{"sys_platform": "linux", ...}' download --platform ...

With --platform and --python-version pip looks for the right wheels, but goes on evaluating markers such as
`sys_platform == "win32"` or `python_version < "3.11"` for the interpreter it runs under, and cannot be told
otherwise (pypa/pip issues 6117 and 10050), so what is packaged would differ between a Mac and a Linux
machine.

Exits 3 when this Python has no pip, 4 when its pip does not let itself be told.
"""

from __future__ import annotations

import json
import sys

environment = json.loads(sys.argv[1])
try:
    from pip._vendor.packaging import markers
except ImportError:
    sys.exit(3)
# Before pip itself is imported, so that nothing can have taken the old one along.
markers.default_environment = lambda: dict(environment)

from pip._internal.cli.main import main  # noqa: E402

told = " and ".join(f'{name} == "{value}"' for name, value in environment.items())
if not markers.Marker(told).evaluate():
    sys.exit(4)
sys.exit(main(sys.argv[2:]))
