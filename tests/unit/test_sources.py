"""Unpacked copies of files, and the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from localalb.runtime.sources import pairs, with_sources


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in ("src/app.py", "src/deep/er.py", "src/with space.py", "src/data.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path / "src"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('  File "/run/abc=/app.py", line 3, in f', '  File "SRC/app.py", line 3, in f'),
        ('  File "/run/abc=/deep/er.py", line 3, in f', '  File "SRC/deep/er.py", line 3, in f'),
        ('  File "/run/abc=/with space.py", line 3', '  File "SRC/with space.py", line 3'),
        # As it is in JSON.
        (
            r'{"stackTrace": ["  File \"/run/abc=/app.py\", line 3"]}',
            r'{"stackTrace": ["  File \"SRC/app.py\", line 3"]}',
        ),
        ("{'location': '/run/abc=/app.py:f:3'}", "{'location': 'SRC/app.py:f:3'}"),
        ("at /run/abc=/app.py:3 and /run/abc=/deep/er.py.", "at SRC/app.py:3 and /run/abc=/deep/er.py."),
        # Of a library that a requirements.txt brought, of another package, of a directory of a longer name.
        ('  File "/run/abc=/flask/app.py", line 3', '  File "/run/abc=/flask/app.py", line 3'),
        ('  File "/run/xyz/app.py", line 3', '  File "/run/xyz/app.py", line 3'),
        ('  File "/run/abc=d/app.py", line 3', '  File "/run/abc=d/app.py", line 3'),
        ("/run/abc=", "/run/abc="),
        ("", ""),
    ],
)
def test_a_text_names_the_users_files(source: Path, text: str, shown: str) -> None:
    assert with_sources(text, {"/run/abc=": str(source)}) == shown.replace("SRC", str(source))


def test_where_nothing_is_known_nothing_changes() -> None:
    assert with_sources("/run/abc=/app.py", {}) == "/run/abc=/app.py"


def test_pairs_are_of_python_files_that_are_in_both(source: Path, tmp_path: Path) -> None:
    for name in ("app.py", "deep/er.py", "data.json", "library/app.py"):
        (tmp_path / "unpacked" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "unpacked" / name).touch()
    found = [(str(file.relative_to(source)), copy) for file, copy in pairs(source, tmp_path / "unpacked")]
    assert found == [(name, tmp_path / "unpacked" / name) for name in ("app.py", "deep/er.py")]
