"""The inspector's page: what it shows is hostile, so none of it becomes markup; what it needs is its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import localalb

PAGE = Path(localalb.__file__).parent / "inspector/page"
FILES = sorted(PAGE.iterdir())
NAMES = [file.name for file in FILES]

# What makes markup or code of text (HTML standard, "dynamic markup insertion"; ECMAScript).
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|document\.write|createContextualFragment|DOMParser"
    r"|srcdoc|\beval\b|new Function|javascript:"
)
ELSEWHERE = re.compile(r"\b(?:https?:)?//[a-z0-9]|@import|url\(")
NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_nothing_makes_markup_of_text(file: Path) -> None:
    assert MARKUP.findall(file.read_text()) == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_nothing_comes_from_another_host(file: Path) -> None:
    assert ELSEWHERE.findall(file.read_text().replace(NAMESPACE, "")) == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_line_is_110_characters_at_most(file: Path) -> None:
    assert [line for line in file.read_text().splitlines() if len(line) > 110] == []


def test_index_has_no_script_or_style_of_its_own() -> None:
    """The policy of the server would not let it run."""
    text = (PAGE / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=", text) == []


def test_every_import_is_there_and_every_module_is_imported() -> None:
    imported = {"app.js"}
    for file in PAGE.glob("*.js"):
        imported |= set(re.findall(r'from "\./([a-z_]+\.js)"', file.read_text()))
    assert imported == {file.name for file in PAGE.glob("*.js")}
