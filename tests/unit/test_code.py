"""What an environment runs: the unpacked package, the interpreter, the SDK and nothing else."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localalb.runtime import code

CURRENT = "python{}.{}".format(*sys.version_info)


def zipped(*members: tuple[str, bytes, int]) -> bytes:
    """A zip of (name, content, mode)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in members:
            member = zipfile.ZipInfo(name)
            # Where a zip holds no mode it has DOS's attributes.
            member.external_attr = mode << 16 or 0x20
            archive.writestr(member, content)
    return buffer.getvalue()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_unpack(tmp_path: Path) -> None:
    package = zipped(
        ("app.py", b"x = 1\n", 0o100644),
        ("bin/tool", b"#!/bin/sh\n", 0o100755),
        ("data/", b"", 0o40555),
        ("data/secret", b"", 0o100200),
        ("no-mode", b"", 0),
    )
    root = code.unpack(package, tmp_path / "deep" / "root")
    assert root == tmp_path / "deep" / "root"
    assert (root / "app.py").read_bytes() == b"x = 1\n"
    # A function's code is read-only (developer guide, "Lambda execution environment"), and can be read
    # whatever the zip says.
    assert mode(root / "app.py") == 0o444
    assert mode(root / "bin/tool") == 0o555
    assert mode(root) == mode(root / "data") == mode(root / "bin") == 0o555
    assert mode(root / "data/secret") == mode(root / "no-mode") == 0o400
    assert [path.name for path in root.parent.iterdir()] == ["root"]


def test_unpack_stays_inside(tmp_path: Path) -> None:
    package = zipped(("../../outside", b"1", 0o644), ("/absolute", b"2", 0o644))
    root = code.unpack(package, tmp_path / "a" / "root")
    assert sorted(path.name for path in root.rglob("*")) == ["absolute", "outside"]
    assert not (tmp_path / "outside").exists()


def test_unpack_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    assert code.unpack(b"no zip", tmp_path / "root") == tmp_path / "root"


def damaged(package: bytes) -> bytes:
    start = package.index(b"app.py") + len(b"app.py")
    return (
        package[:start] + bytes(byte ^ 0xFF for byte in package[start : start + 40]) + package[start + 40 :]
    )


def encrypted(package: bytes) -> bytes:
    data = bytearray(package)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


def cut(package: bytes) -> bytes:
    return package[: len(package) // 2]


def nothing(package: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("spoil", [damaged, encrypted, cut, nothing])
def test_unpack_is_all_or_nothing(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    package = spoil(zipped(("app.py", os.urandom(2000), 0o644), ("b.py", b"", 0o644)))
    with pytest.raises(zipfile.BadZipFile):
        code.unpack(package, tmp_path / "code" / "root")
    assert list((tmp_path / "code").iterdir()) == []


def test_unpack_in_two_threads(tmp_path: Path) -> None:
    package = zipped(*((f"{number}.py", b"", 0o644) for number in range(100)))
    with ThreadPoolExecutor(4) as executor:
        roots = list(executor.map(lambda _: code.unpack(package, tmp_path / "root"), range(4)))
    assert set(roots) == {tmp_path / "root"}
    assert len(list(roots[0].iterdir())) == 100
    assert list(tmp_path.iterdir()) == roots[:1]


def test_unpack_tells_of_a_directory_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        code.unpack(zipped(("app.py", b"", 0o644)), tmp_path / "file" / "root")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only directory on PATH."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    code.interpreter.cache_clear()
    yield directory
    code.interpreter.cache_clear()


def script(path: Path, text: str) -> Path:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def test_interpreter_on_path(path: Path) -> None:
    script(path / "python3.99", "echo python3.99\necho /real/python3.99\n")
    assert code.interpreter("python3.99") == ("/real/python3.99", "")


NOT_THAT = {
    "not there": None,
    "a shim of no version": "echo 'command not found' >&2\nexit 127\n",
    "another version": "echo python3.98\necho /real/python3.98\n",
    "something else": "echo hello\n",
}


@pytest.mark.parametrize("text", NOT_THAT.values(), ids=NOT_THAT)
def test_interpreter_that_is_not_the_one(path: Path, text: str | None) -> None:
    if text is not None:
        script(path / "python3.99", text)
    assert code.interpreter("python3.99") == (
        sys.executable,
        f"python3.99 is not on PATH; running under {CURRENT}",
    )
    assert code.interpreter(CURRENT) == (sys.executable, "")


def test_interpreter_that_is_no_program(path: Path) -> None:
    (path / "python3.99").write_bytes(b"\x7fELF not really")
    (path / "python3.99").chmod(0o755)
    assert code.interpreter("python3.99")[0] == sys.executable


def test_the_sdk_can_be_imported_and_nothing_else_of_the_venv(tmp_path: Path) -> None:
    """As `bootstrap.py` runs: without site, with the linked directory on the path."""
    site = code.link_sdk(tmp_path / "sdk")
    assert code.link_sdk(site) == site, "a second time is nothing new"
    script = (
        "import importlib.util, json, sys\n"
        "sys.path[0] = '/nowhere'\n"
        "sys.path.append(sys.argv[1])\n"
        "names = sys.argv[2:]\n"
        "print(json.dumps([name for name in names if importlib.util.find_spec(name)]))\n"
        "import boto3, s3transfer.manager\n"
        "print('elbv2' in boto3.session.Session().get_available_services())\n"
    )
    names = [*code.SDK, "flask", "moto", "localalb", "pytest", "httptools", "werkzeug", "jinja2", "requests"]
    output = subprocess.check_output(
        [sys.executable, "-S", "-B", "-c", script, str(site), *names], text=True, env={"HOME": str(tmp_path)}
    )
    found, serves = output.splitlines()
    assert found == str(list(code.SDK)).replace("'", '"')
    assert serves == "True"


def test_merge_lays_each_package_over_those_before_it(tmp_path: Path) -> None:
    first = zipped(("python/a.py", b"1", 0o444), ("python/b.py", b"1", 0o644))
    second = zipped(("python/a.py", b"2", 0o644), ("bin/tool", b"2", 0o755))
    opt = code.merge((first, second), tmp_path / "layers" / "opt")
    found = {str(path.relative_to(opt)): path.read_bytes() for path in opt.rglob("*") if path.is_file()}
    assert found == {"python/a.py": b"2", "python/b.py": b"1", "bin/tool": b"2"}
    assert stat.S_IMODE((opt / "bin/tool").stat().st_mode) == 0o555
    assert list((tmp_path / "layers").iterdir()) == [opt]
