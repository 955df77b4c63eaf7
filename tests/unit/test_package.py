"""modules/package/package.py: the same files give the same bytes, and never half a zip."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from archive import Entry
from archive import write as write_zip

from tests.packaging.packager import COMMAND, FILES, built, order, refused, run, write


@pytest.fixture(name="source")
def _source(tmp_path: Path) -> Path:
    return write(tmp_path / "source", FILES)


@pytest.fixture(name="reference")
def _reference(source: Path, tmp_path: Path) -> bytes:
    return built(source, tmp_path / "reference" / "it.zip")


# --------------------------------------------------------------------- the same bytes


def test_digest_of_the_zip_is_fixed(reference: bytes) -> None:
    """Nothing of this machine is in it, so it can be written down. It changes with the format alone."""
    digest = "9fbe895441cd47b45c9e871356ed566e56cb0a32e9ba5efbaed839347ef72c19"
    assert hashlib.sha256(reference).hexdigest() == digest


def other_mtimes(source: Path) -> None:
    for path in source.rglob("*"):
        os.utime(path, (86400, 86400))


def other_umask(source: Path) -> None:
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode & ~0o077)


def write_permission_for_all(source: Path) -> None:
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode | 0o022)


def other_order(source: Path) -> None:
    shutil.rmtree(source)
    write(source, dict(reversed(FILES.items())))


def empty_folder(source: Path) -> None:
    (source / "void").mkdir()


@pytest.mark.parametrize(
    "change", [other_mtimes, other_umask, write_permission_for_all, other_order, empty_folder]
)
def test_what_git_does_not_keep_does_not_count(
    source: Path, reference: bytes, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    change(source)
    assert built(source, tmp_path / "it.zip") == reference


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_umask_of_the_builder(source: Path, reference: bytes, tmp_path: Path, umask: int) -> None:
    assert built(source, tmp_path / "it.zip", umask=umask) == reference


@pytest.mark.parametrize(
    "env",
    [
        {"TZ": "Pacific/Kiritimati"},  # a zip's dates are local time
        {"SOURCE_DATE_EPOCH": "86400"},  # zipfile heeds it since 3.14
        {"LC_ALL": "C"},
        {"HOME": "/nonexistent"},
    ],
    ids=lambda env: next(iter(env)),
)
def test_environment_of_the_builder(
    source: Path, reference: bytes, tmp_path: Path, env: dict[str, str]
) -> None:
    assert built(source, tmp_path / "it.zip", env={"PATH": os.environ["PATH"], **env}) == reference


def test_a_path_of_another_length(reference: bytes, tmp_path: Path) -> None:
    source = write(tmp_path / "another place" / "with & ' $ \u00fc" / "deep", FILES)
    assert built(source, tmp_path / "it.zip") == reference


def test_relative_paths_from_elsewhere(source: Path, reference: bytes, tmp_path: Path) -> None:
    assert built(Path("."), tmp_path / "it.zip", cwd=source) == reference
    assert built(Path("../source"), tmp_path / "it.zip", cwd=tmp_path / "reference") == reference


# --------------------------------------------------------------------- what is in it


def test_contents_modes_and_order(source: Path, tmp_path: Path) -> None:
    built(source, tmp_path / "it.zip")
    with zipfile.ZipFile(tmp_path / "it.zip") as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == FILES
        assert archive.namelist() == sorted(FILES)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes.pop("bin/tool") == stat.S_IFREG | 0o755  # Lambda could not run it otherwise
    assert set(modes.values()) == {stat.S_IFREG | 0o644}  # nor read what others may not read


def methods(zipped: Path) -> dict[str, int]:
    with zipfile.ZipFile(zipped) as archive:
        return {info.filename: info.compress_type for info in archive.infolist()}


def test_compressed(source: Path, reference: bytes, tmp_path: Path) -> None:
    """The same files with the same modes and dates, however many they are, in fewer bytes."""
    assert len(built(source, tmp_path / "it.zip", compress=True)) < len(reference) / 50
    with (
        zipfile.ZipFile(tmp_path / "it.zip") as archive,
        zipfile.ZipFile(tmp_path / "reference" / "it.zip") as stored,
    ):
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == FILES
        for info in archive.infolist():
            assert info.external_attr == stored.getinfo(info.filename).external_attr
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


def test_digest_of_the_compressed_zip_is_fixed(source: Path, tmp_path: Path) -> None:
    digest = "cc01966acf6bebdd6937c1225b4ed2c1163602128d3d36d8970f66d094d43dcf"
    assert hashlib.sha256(built(source, tmp_path / "it.zip", compress=True)).hexdigest() == digest


def test_what_gets_no_smaller_is_stored(source: Path, tmp_path: Path) -> None:
    built(source, tmp_path / "it.zip", compress=True)
    found = methods(tmp_path / "it.zip")
    assert found.pop("z.bin") == zipfile.ZIP_DEFLATED
    assert set(found.values()) == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    ("size", "method"), [(128 * 1024, zipfile.ZIP_DEFLATED), (128 * 1024 + 1, zipfile.ZIP_STORED)]
)
def test_up_to_128_kb_is_deflated(tmp_path: Path, size: int, method: int) -> None:
    """Of all files together."""
    files = {"a": bytes(10), "b": bytes(size - 10)}
    built(write(tmp_path / "source", files), tmp_path / "it.zip", files)
    assert methods(tmp_path / "it.zip") == {"a": method, "b": method}


@pytest.mark.parametrize("compress", [False, True])
def test_unzip_reads_it(source: Path, tmp_path: Path, compress: bool) -> None:
    """Info-ZIP's, which is not Python's."""
    built(source, tmp_path / "it.zip", compress=compress)
    done = subprocess.run(["unzip", "-t", tmp_path / "it.zip"], capture_output=True, text=True)
    assert done.stdout.endswith("No errors detected in compressed data of " + f"{tmp_path / 'it.zip'}.\n")


def test_the_walkthrough_has_less_than_10_kb(tmp_path: Path) -> None:
    handler = Path(__file__).parents[2] / "handler"
    files = {path.name: path.read_bytes() for path in handler.glob("*.py")}
    assert len(built(handler, tmp_path / "it.zip", files, exclude=r"^(?:__pycache__)(?:/.*)?$")) < 10_000


def test_more_files_than_a_zip_once_could_have(tmp_path: Path) -> None:
    """Then its end says so in other fields (APPNOTE.TXT, 4.3.14)."""
    entries = {f"{number:05}": Entry(1, False, lambda: b"x") for number in range(65_536)}
    with (tmp_path / "it.zip").open("wb") as file:
        write_zip(entries, file, False)
    with zipfile.ZipFile(tmp_path / "it.zip") as archive:
        assert len(archive.namelist()) == 65_536
        assert archive.read("65535") == b"x"


def test_exclude_is_obeyed(source: Path, tmp_path: Path) -> None:
    write(source, {"pkg/__pycache__/x.pyc": b"1", "x.pyc": b"2"})
    exclude = r"^(?:(?:.*/)?__pycache__|(?:.*/)?[^/]*\.pyc)(?:/.*)?$"
    done = run(order(source, tmp_path / "it.zip", FILES, exclude=exclude))
    assert done.returncode == 0, done.stderr
    assert zipfile.ZipFile(tmp_path / "it.zip").namelist() == sorted(FILES)


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)


def test_executable_is_what_git_says(tmp_path: Path) -> None:
    """A checkout on Windows has no executable bits, and some mounts set all of them."""
    source = write(tmp_path / "source", FILES)
    (source / "bin" / "untracked").write_bytes(b"")
    files = FILES | {"bin/untracked": b""}
    git(tmp_path, "init")
    git(source, "add", "bin/tool", "Z.py")
    (source / "bin" / "tool").chmod(0o644)
    (source / "Z.py").chmod(0o755)
    (source / "bin" / "untracked").chmod(0o755)
    (source / "linked").symlink_to("bin/tool")
    hook = {
        "PATH": os.environ["PATH"],
        "GIT_DIR": str(tmp_path / "another"),
    }  # what a git hook would have set
    built(source, tmp_path / "it.zip", files | {"linked": FILES["bin/tool"]}, env=hook)
    with zipfile.ZipFile(tmp_path / "it.zip") as archive:
        found = {info.filename for info in archive.infolist() if info.external_attr >> 16 & 0o100}
    assert found == {"bin/tool", "bin/untracked", "linked"}


def test_without_git(source: Path, reference: bytes, tmp_path: Path) -> None:
    assert built(source, tmp_path / "it.zip", env={"PATH": "/nonexistent"}) == reference


def test_link_inside_is_followed(source: Path, tmp_path: Path) -> None:
    (source / "link.py").symlink_to("lambda_function.py")
    (source / "folder").symlink_to("bin")
    files = FILES | {"link.py": FILES["lambda_function.py"], "folder/tool": FILES["bin/tool"]}
    built(source, tmp_path / "it.zip", files)
    assert zipfile.ZipFile(tmp_path / "it.zip").read("link.py") == FILES["lambda_function.py"]


def test_what_is_no_file_is_left_out(source: Path, reference: bytes, tmp_path: Path) -> None:
    """As Terraform's fileset does; opening a pipe would wait for ever."""
    os.mkfifo(source / "pipe")
    (source / "dangling").symlink_to("nowhere")
    (source / "circle").symlink_to("circle")
    assert built(source, tmp_path / "it.zip") == reference


def test_git_does_not_see_the_zip(source: Path, tmp_path: Path) -> None:
    built(source, tmp_path / ".package" / "it.zip")
    assert (tmp_path / ".package" / ".gitignore").read_text() == "*\n"


# --------------------------------------------------------------------- whole or not at all


def test_nothing_to_package(tmp_path: Path) -> None:
    source = tmp_path / "void"
    source.mkdir()
    said = refused(run(order(source, tmp_path / "out" / "it.zip", {})), tmp_path / "out")
    assert "nothing to package" in said
    assert str(source) in said


def test_files_that_are_not_those_of_the_plan(source: Path, tmp_path: Path) -> None:
    (source / "Z.py").write_text("changed = True\n")
    said = refused(run(order(source, tmp_path / "out" / "it.zip", FILES)), tmp_path / "out")
    assert "not those of the plan" in said
    assert "plan and apply again" in said


def test_link_out_of_the_source(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"key")
    (source / "secret").symlink_to(tmp_path / "secret")
    files = FILES | {"secret": b"key"}
    said = refused(run(order(source, tmp_path / "out" / "it.zip", files)), tmp_path / "out")
    assert "is a link out of" in said


def test_link_to_a_folder_it_lies_in(source: Path, tmp_path: Path) -> None:
    (source / "bin" / "up").symlink_to("..")
    said = refused(run(order(source, tmp_path / "out" / "it.zip", FILES)), tmp_path / "out")
    assert "bin/up is a link to a folder it lies in" in said


def test_neighbour_whose_name_begins_alike_is_outside(source: Path, tmp_path: Path) -> None:
    write(tmp_path / "source-old", {"x.py": b""})
    (source / "x.py").symlink_to(tmp_path / "source-old" / "x.py")
    said = refused(run(order(source, tmp_path / "out" / "it.zip", FILES | {"x.py": b""})), tmp_path / "out")
    assert "is a link out of" in said


def test_output_that_cannot_be_written(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a directory")
    done = run(order(source, tmp_path / "out" / "it.zip", FILES))
    assert done.returncode == 1
    assert done.stderr.startswith("package.py: cannot package")
    assert done.stderr.count("\n") == 1


def test_failure_keeps_the_old_zip(source: Path, tmp_path: Path) -> None:
    old = built(source, tmp_path / "it.zip")
    (source / "Z.py").write_text("changed = True\n")
    assert run(order(source, tmp_path / "it.zip", FILES)).returncode == 1
    assert (tmp_path / "it.zip").read_bytes() == old


def test_full_disk(source: Path, tmp_path: Path) -> None:
    """A file may grow to 64 KiB here, and the zip is 128."""
    output = tmp_path / "out" / "it.zip"
    output.parent.mkdir()
    output.write_bytes(b"old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    done = run(order(source, output, FILES), preexec_fn=limit)
    assert done.returncode == 1
    assert done.stderr.startswith(f"package.py: cannot package {source} as {output}: [Errno 27]")
    assert done.stderr.count("\n") == 1
    assert output.read_bytes() == b"old"
    assert not list(output.parent.glob("*.tmp"))


def test_many_builds_of_one_zip_at_once(source: Path, reference: bytes, tmp_path: Path) -> None:
    """Two modules with the same source build the same file."""
    output = tmp_path / "out" / "it.zip"
    argument = order(source, output, FILES)
    command = [sys.executable, *COMMAND, argument]
    builds = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(8)]
    assert [process.wait() for process in builds] == [0] * 8
    assert output.read_bytes() == reference
    assert sorted(path.name for path in output.parent.iterdir()) == [".gitignore", "it.zip", "owners"]


# --------------------------------------------------------------------- what is removed


DIGESTS = [f"{number:064x}" for number in range(4)]


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def zips(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.zip"))


def test_stale_zips_of_the_same_name_go(source: Path, tmp_path: Path) -> None:
    for name in (f"a-{DIGESTS[0]}.zip", f"a-b-{DIGESTS[0]}.zip", f"a.b-{DIGESTS[0]}.zip", "a-mine.zip"):
        (tmp_path / name).write_bytes(b"")
    built(source, tmp_path / f"a-{DIGESTS[1]}.zip")
    kept = [f"a-b-{DIGESTS[0]}.zip", f"a.b-{DIGESTS[0]}.zip", "a-mine.zip"]
    assert zips(tmp_path) == sorted([f"a-{DIGESTS[1]}.zip", *kept])


def test_zip_that_another_is_about_to_upload_stays(source: Path, tmp_path: Path) -> None:
    """One stack may have a function of the same name in two regions, with other code."""
    mine, another = tmp_path / f"a-{DIGESTS[0]}.zip", tmp_path / f"a-{DIGESTS[1]}.zip"
    assert run(order(source, another, FILES, owner="another")).returncode == 0
    assert run(order(source, mine, FILES, owner="me")).returncode == 0
    assert zips(tmp_path) == [mine.name, another.name]
    newer = tmp_path / f"a-{DIGESTS[2]}.zip"
    assert run(order(source, newer, FILES, owner="me")).returncode == 0
    assert zips(tmp_path) == [another.name, newer.name]
    age(tmp_path / "owners" / "another", 25 * 3600)  # destroyed, or uploaded long ago
    assert run(order(source, newer, FILES, owner="me")).returncode == 0
    assert zips(tmp_path) == [newer.name]


def test_what_killed_builds_left_goes(source: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "a.1.tmp", tmp_path / "a.2.tmp"
    old.write_bytes(b"")
    new.write_bytes(b"")  # somebody may be writing it
    age(old, 3700)
    built(source, tmp_path / f"a-{DIGESTS[0]}.zip")
    assert [path.name for path in tmp_path.glob("*.tmp")] == ["a.2.tmp"]


# --------------------------------------------------------------------- what Lambda takes


def sparse(root: Path, sizes: Mapping[str, int]) -> tuple[Path, dict[str, bytes]]:
    """Files of zeros, by size in MB, that take no room on the disk."""
    for name, size in sizes.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        with (root / name).open("wb") as file:
            file.truncate(size * 1024 * 1024)
    return root, {}


def test_more_than_lambda_unpacks(tmp_path: Path) -> None:
    sizes = {"big/a": 90, "big/b": 60, "c": 50, "d": 40, "e/f": 30, "g": 2, "h": 1}
    source, _ = sparse(tmp_path / "source", sizes)
    said = refused(run(order(source, tmp_path / "out" / "it.zip", {})), tmp_path / "out")
    assert "273.0 MB unzipped and Lambda takes 250 MB" in said
    assert "the biggest are big/ 150.0 MB, c 50.0 MB, d 40.0 MB, e/ 30.0 MB, g 2.0 MB;" in said
    assert "exclude" in said
    assert "image_uri" in said
