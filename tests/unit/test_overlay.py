"""What localalb lays over a directory, and that it takes all of it away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localalb.stacks.overlay import LOCK_FILE, OVERRIDE, Overlay


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Overlay, "_start_janitor", lambda _: None)
    (tmp_path / "main.tf").write_text("")
    return tmp_path


def there(directory: Path) -> list[str]:
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def test_what_is_laid_is_taken_off_and_kept_from_git(directory: Path) -> None:
    with Overlay(directory).laid():
        assert (directory / OVERRIDE).exists()
        (directory / LOCK_FILE).write_text("ours")
    assert {path for path in there(directory) if not path.startswith(".localalb/overlay/")} == {
        ".localalb/.gitignore",
        "main.tf",
    }
    assert (directory / ".localalb/.gitignore").read_text() == "*\n"
    with Overlay(directory).laid():
        assert (directory / LOCK_FILE).read_text() == "ours"


def test_nothing_is_left(directory: Path) -> None:
    with Overlay(directory).laid():
        pass
    Overlay(directory).remove()
    assert [path.name for path in directory.iterdir()] == ["main.tf"]
    Overlay(directory).remove()
    Overlay(directory).take_off()
    assert [path.name for path in directory.iterdir()] == ["main.tf"]


def test_what_up_keeps_there_stays(directory: Path) -> None:
    with Overlay(directory).laid():
        (directory / LOCK_FILE).write_text("ours")
    (directory / ".localalb/terraform.tfstate").write_text("{}")
    Overlay(directory).remove()
    assert (directory / ".localalb/overlay/ours.lock.hcl").read_text() == "ours"


def test_nothing_is_removed_while_somebody_works(directory: Path) -> None:
    with Overlay(directory).laid():
        Overlay(directory).remove()
        assert (directory / OVERRIDE).exists()
        with Overlay(directory).laid():
            pass
        assert (directory / OVERRIDE).exists()


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), Overlay(tmp_path / "gone").laid():
        pass


def test_who_comes_while_it_is_removed_makes_it_anew(directory: Path) -> None:
    """Each lays and takes off while another removes: nothing may go while somebody needs it."""

    def work() -> None:
        for _ in range(100):
            with Overlay(directory).laid():
                assert (directory / OVERRIDE).exists()

    with ThreadPoolExecutor() as executor:
        workers = [executor.submit(work) for _ in range(3)]
        while not all(worker.done() for worker in workers):
            Overlay(directory).remove()
    for worker in workers:
        worker.result()
    Overlay(directory).remove()
    assert [path.name for path in directory.iterdir()] == ["main.tf"]


def test_who_waits_goes_on_when_nobody_works_any_more(directory: Path) -> None:
    Overlay(directory).wait_for(60)  # nobody ever did
    with ThreadPoolExecutor() as executor:
        with Overlay(directory).laid():
            Overlay(directory).wait_for(0.1)  # whoever works may have been forgotten
            waiting = executor.submit(Overlay(directory).wait_for, 60)
            assert not waiting.done()
        assert waiting.result(60) is None
