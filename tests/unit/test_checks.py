"""What shows of code without running it, and what is left to the run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from localalb.dev import checks
from localalb.dev.checks import problems

HANDLER = "def handler(event, context): pass\n"
MISSING = "ModuleNotFoundError: No module named 'absent' in the package or the runtime"
MODULES = ("app", "lib", "boto3", "installed")

# Files, those that changed, and the problems: file, line, the words' beginning.
CASES: dict[str, tuple[dict[str, str], list[str], list[tuple[str, int, str]]]] = {
    "sound": ({"app.py": f"import json, boto3, installed.deep\n{HANDLER}"}, ["app.py"], []),
    "syntax error": ({"app.py": f"\nx = (\n{HANDLER}"}, ["app.py"], [("app.py", 2, "SyntaxError: '('")]),
    "tabs": (
        {"app.py": "if 1:\n        a = 1\n\tb = 2\n"},
        ["app.py"],
        [("app.py", 3, "TabError: inconsistent use of tabs and spaces in indentation")],
    ),
    "what only the compiler sees": (
        {"app.py": "x = 1\nreturn x\n"},
        ["app.py"],
        [("app.py", 2, "SyntaxError: 'return' outside function")],
    ),
    "null byte": (
        {"app.py": "x = '\0'\n"},
        ["app.py"],
        [("app.py", 1, "SyntaxError: source code string cannot contain null bytes")],
    ),
    "an error in what the handler imports, though it did not change": (
        {"app.py": "import lib.deep\n", "lib/__init__.py": "", "lib/deep.py": "x =\n"},
        ["app.py"],
        [("lib/deep.py", 1, "SyntaxError: ")],
    ),
    "an error in a changed file that nothing imports": (
        {"app.py": HANDLER, "tool.py": "x =\n"},
        ["tool.py"],
        [("tool.py", 1, "SyntaxError: ")],
    ),
    "an error in another that was there before": ({"app.py": HANDLER, "tool.py": "x =\n"}, ["app.py"], []),
    "a missing module": (
        {"app.py": "import os\nimport absent.deep\n"},
        ["app.py"],
        [("app.py", 2, MISSING)],
    ),
    "a missing module, from": ({"app.py": "from absent import x\n"}, ["app.py"], [("app.py", 1, MISSING)]),
    "two on one line": (
        {"app.py": "import absent, os, gone\n"},
        ["app.py"],
        [("app.py", 1, MISSING), ("app.py", 1, "ModuleNotFoundError: No module named 'gone' ")],
    ),
    "a missing module, deeper": (
        {"app.py": "from lib import deep\n", "lib/__init__.py": "", "lib/deep.py": "import absent\n"},
        [],
        [("lib/deep.py", 1, MISSING)],
    ),
    "relative": (
        {"app.py": "import lib", "lib/__init__.py": "from . import deep", "lib/deep.py": "import absent"},
        [],
        [("lib/deep.py", 1, MISSING)],
    ),
    "a circle": ({"app.py": "import lib\n", "lib.py": "import app\n"}, ["app.py"], []),
    "a missing module that nothing loads": ({"app.py": HANDLER, "tool.py": "import absent"}, ["tool.py"], []),
    "a missing module that may not be wanted": (
        {"app.py": "try:\n    import absent\nexcept ImportError:\n    pass\nif 0:\n    import absent\n"},
        ["app.py"],
        [],
    ),
    "a path that somebody changes": ({"app.py": "import sys\nsys.path.append('x')\nimport absent\n"}, [], []),
    "no file of the handler": ({"other.py": HANDLER}, [], []),  # the environment will say so
    "a changed file that is gone": ({"app.py": HANDLER}, ["gone.py"], []),
}  # fmt: skip


@pytest.mark.parametrize(("files", "changed", "expected"), CASES.values(), ids=CASES)
def test_problems(files: dict[str, str], changed: list[str], expected: list[tuple[str, int, str]]) -> None:
    sources = {name: text.encode() for name, text in files.items()}
    found = problems(sources, changed, "app.handler", MODULES)
    assert [(each.file, each.line) for each in found] == [(file, line) for file, line, _ in expected]
    for each, (_, _, words) in zip(found, sorted(expected), strict=True):
        assert each.words.startswith(words)


def test_the_handlers_module_is_missing() -> None:
    """It was removed or renamed, with what it needs still there."""
    found = problems({"other.py": HANDLER.encode()}, ["app.py"], "app.handler", ["other"])
    assert [(each.file, each.line, each.words) for each in found] == [
        ("app.py", 1, "no such file, and the handler is app.handler")
    ]
    assert problems({"other.py": HANDLER.encode()}, ["app.py"], "app.handler", None) == []
    assert problems({}, [], "installed.deep.handler", ["installed"]) == []


def test_where_not_all_modules_are_known_none_is_missing() -> None:
    """A layer may bring them."""
    assert problems({"app.py": b"import absent\n"}, [], "app.handler", None) == []


@pytest.mark.parametrize("handler", ["lib/app.handler", "lib.app.handler"])
def test_a_handler_in_a_folder(handler: str) -> None:
    found = problems({"lib/app.py": b"import absent\n"}, [], handler, MODULES)
    assert [each.file for each in found] == ["lib/app.py"]


def test_a_declared_encoding_is_read() -> None:
    source = "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1")
    assert problems({"app.py": source}, ["app.py"], "app.handler", MODULES) == []


def test_the_same_under_another_python() -> None:
    """The file runs alone, with nothing but the standard library."""
    source = "# é\nx = (\n".encode().decode("latin-1")
    asked = {"sources": {"app.py": source}, "changed": [], "handler": "app.handler", "modules": []}
    command = [sys.executable, "-I", "-S", "-B", checks.__file__]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    words = "SyntaxError: '(' was never closed"
    assert json.loads(done.stdout) == [{"file": "app.py", "line": 2, "words": words}]
