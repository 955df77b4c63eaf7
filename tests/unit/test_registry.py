"""The notes of this user's clouds: who is believed, what is ended for one, what is removed for one."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest
from notes import CLOUD, RUNNING, folder, holding

from localalb.stacks import registry
from localalb.stacks.registry import PREFIX, Cloud

__all__ = ["folder"]


def left(folder: Path, cloud: Cloud = CLOUD) -> Path:
    """The note of a cloud that was killed."""
    note = folder / f"{cloud.running.id}.json"
    note.write_text(json.dumps(asdict(cloud)))
    return note


def test_a_note_lasts_as_long_as_its_cloud(folder: Path) -> None:
    assert registry.clouds() == []
    younger = replace(CLOUD, running=replace(RUNNING, id="other"), started=2.0)
    with registry.noted(younger), registry.noted(CLOUD):
        assert registry.clouds() == [CLOUD, younger]
        assert [note.stat().st_mode & 0o777 for note in folder.iterdir()] == [0o600, 0o600]
    assert registry.clouds() == []
    assert list(folder.iterdir()) == []


def test_a_note_ends_with_a_cloud_that_fails(folder: Path) -> None:
    with pytest.raises(ValueError, match="inside"), registry.noted(CLOUD):
        raise ValueError("inside")
    assert list(folder.iterdir()) == []


def test_a_note_that_nobody_holds_is_of_the_dead(folder: Path) -> None:
    """Whoever has its process id now: here, this very process."""
    note = left(folder)
    assert registry.clouds() == []
    assert not note.exists()


@pytest.fixture
def temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as directory:
        path = Path(directory)
        (path / "code").mkdir()
        (path / "code" / "app.py").write_text("")
        yield path


def test_the_temporary_directory_of_the_dead_goes(folder: Path, temporary: Path) -> None:
    left(folder, replace(CLOUD, temporary=str(temporary)))
    registry.clouds()
    assert not temporary.exists()


def test_the_temporary_directory_of_the_living_stays(temporary: Path) -> None:
    with registry.noted(replace(CLOUD, temporary=str(temporary))):
        registry.clouds()
        assert (temporary / "code" / "app.py").exists()


def test_what_a_note_has_no_right_to_stays(folder: Path, tmp_path: Path, temporary: Path) -> None:
    """A directory that is none of a cloud's; a link, which somebody may have put there since."""
    other = tmp_path / "other"
    other.mkdir()
    link = tmp_path / f"{PREFIX}link"
    link.symlink_to(temporary)
    file = tmp_path / f"{PREFIX}file"
    file.touch()
    for number, path in enumerate((other, link, file, tmp_path / f"{PREFIX}absent")):
        left(folder, replace(CLOUD, running=replace(RUNNING, id=str(number)), temporary=str(path)))
    registry.clouds()
    assert other.exists()
    assert link.is_symlink()
    assert file.exists()
    assert (temporary / "code" / "app.py").exists()


def test_the_temporary_directory_of_another_user_stays(
    folder: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that was free may be anybody's now."""
    left(folder, replace(CLOUD, temporary=str(temporary)))
    monkeypatch.setattr(registry, "_ours", lambda path: True)
    monkeypatch.setattr(os, "getuid", lambda: -1)
    registry.clouds()
    assert temporary.exists()


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777], ids=oct)
def test_where_others_may_write_nothing_is_believed(folder: Path, temporary: Path, mode: int) -> None:
    note = left(folder, replace(CLOUD, temporary=str(temporary)))
    folder.chmod(mode)
    assert registry.clouds() == []
    assert note.exists()
    assert temporary.exists()


def test_another_users_notes_are_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sudo -E localalb down --all`, say, or XDG_STATE_HOME in a place that somebody else made."""
    note = left(folder)
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    assert registry.clouds() == []
    assert note.exists()


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    note = left(folder)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert registry.clouds() == []
    assert note.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '"text"',
        '{"running": 1}',
        '{"running": {}, "directory": "", "started": 1}',
    ],
)
def test_a_note_that_is_none(folder: Path, text: str) -> None:
    (folder / "broken.json").write_text(text)
    with registry.noted(CLOUD):
        assert registry.clouds() == [CLOUD]


def test_a_cloud_that_cannot_be_noted_runs(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    folder.chmod(0o777)
    with registry.noted(CLOUD):
        ran.append("where others may write")
    folder.rmdir()
    folder.touch()
    with registry.noted(CLOUD):
        ran.append("where a file is in the way")
    assert len(ran) == len(caplog.records) == 2
    assert all("will not show this cloud" in record.getMessage() for record in caplog.records)


def test_a_disk_that_is_full_leaves_no_note(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with registry.noted(CLOUD):
        assert list(folder.iterdir()) == []
    assert "No space left" in caplog.text


def test_the_process_of_a_cloud() -> None:
    with holding() as process:
        (cloud,) = registry.clouds()
        assert registry.process(cloud) == psutil.Process(process.pid)


def test_a_process_of_that_id_that_is_another() -> None:
    """The cloud is in a container, say, whose process ids are others."""
    with subprocess.Popen(["sleep", "60"]) as bystander:
        try:
            with holding(bystander.pid):
                (cloud,) = registry.clouds()
                assert registry.process(cloud) is None
        finally:
            bystander.kill()


def test_a_process_that_is_not_there() -> None:
    with registry.noted(replace(CLOUD, running=replace(RUNNING, pid=2**22 + 1))):
        (cloud,) = registry.clouds()
        assert registry.process(cloud) is None
