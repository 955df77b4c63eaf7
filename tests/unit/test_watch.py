"""Changes of files, as the system tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localalb.dev.watch import Watch
from tests.waiting import PATIENCE


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "app.py").write_text("old")
    (tmp_path / "folder" / "deep.py").write_text("old")
    return tmp_path


@pytest.fixture
def watch(place: Path) -> Iterator[Watch]:
    watch = Watch()
    watch.add([place])
    yield watch
    watch.close()


def seen(watch: Watch, wanted: Path) -> bool:
    """Whether a change of a file comes."""
    while changes := watch.changes(PATIENCE):
        if wanted in changes:
            return True
    return False


def save(place: Path) -> Path:
    (place / "app.py").write_text("new")
    return place / "app.py"


def rename_onto(place: Path) -> Path:
    (place / ".app.py.tmp").write_text("new")
    (place / ".app.py.tmp").rename(place / "app.py")
    return place / "app.py"


def delete(place: Path) -> Path:
    (place / "folder" / "deep.py").unlink()
    return place / "folder" / "deep.py"


def rename_folder(place: Path) -> Path:
    (place / "folder").rename(place / "other")
    return place / "folder"


def into_new_folder(place: Path) -> Path:
    (place / "new").mkdir()
    (place / "new" / "app.py").write_text("new")
    return place / "new"


@pytest.mark.parametrize("edit", [save, rename_onto, delete, rename_folder, into_new_folder])
def test_an_edit_is_seen(watch: Watch, place: Path, edit: Callable[[Path], Path]) -> None:
    assert seen(watch, edit(place))


def test_edits_wait_for_who_is_busy(watch: Watch, place: Path) -> None:
    """Two that come apart, while nobody asks."""
    first, second = save(place), delete(place)
    assert seen(watch, second)
    save(place)
    assert seen(watch, first)


def test_what_is_watched_already_is_not_watched_twice(watch: Watch, place: Path) -> None:
    watch.add([place / "folder", place / "app.py", place, place / "is not there"])
    assert watch.watched == (place,)


def test_nothing_changes_within_the_time(watch: Watch) -> None:
    assert watch.changes(0) == set()


@pytest.mark.parametrize("name", ["folder", "app.py"])
def test_what_is_watched_may_go_and_come_back(place: Path, name: str) -> None:
    """Another branch may lack it, and an editor puts a new file in the place of a file. What changes before
    it is watched again is told as a change of the whole."""
    path = place / name
    watch = Watch()
    watch.add([path])
    try:
        for number in range(3):
            path.rename(place / f"away {number}")
            assert seen(watch, path)
            if name == "folder":
                path.mkdir()
                (path / "deep.py").touch()
            else:
                path.touch()
            assert seen(watch, path)
        changed = path / "deep.py" if name == "folder" else path
        changed.write_text("newer")
        assert seen(watch, changed)
    finally:
        watch.close()
