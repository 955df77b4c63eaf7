"""requirements.txt: the wheels that run on Lambda, whatever this machine is. No network: a folder of
wheels.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.packager import interpreters
from tests.packaging.wheelhouse import Build, environ, sha256, wheel


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(tmp_path)


# ------------------------------------------------------------------- which wheel


@pytest.mark.parametrize(
    ("runtime", "architecture", "tag"),
    [
        # Amazon Linux 2023 has glibc 2.34, Amazon Linux 2 has 2.26.
        ("python3.13", "arm64", "cp313-cp313-manylinux_2_34_aarch64"),
        ("python3.12", "x86_64", "cp312-cp312-manylinux_2_34_x86_64"),
        ("python3.11", "x86_64", "cp311-cp311-manylinux_2_26_x86_64"),
        ("python3.9", "arm64", "cp39-cp39-manylinux_2_17_aarch64"),
        ("python3.11", "arm64", "cp311-cp311-manylinux2014_aarch64"),
        ("python3.13", "x86_64", "cp39-abi3-manylinux1_x86_64"),
        ("python3.13", "x86_64", "cp313-none-manylinux2010_x86_64"),
        ("python3.13", "x86_64", "cp313-cp313-manylinux_2_5_x86_64"),
        ("python3.13", "arm64", "py3-none-manylinux_2_28_aarch64"),
        ("python3.13", "arm64", "py2.py3-none-any"),
    ],
)
def test_wheel_that_fits(build: Build, runtime: str, architecture: str, tag: str) -> None:
    wheel(build.wheels, "thing", tag=tag)
    build("thing==1.0\n", runtime=runtime, architecture=architecture)
    assert build.read("thing.py") == f"TAG = {tag!r}\n".encode()


def test_wheels_that_do_not_fit(build: Build) -> None:
    for tag in (
        "cp313-cp313-manylinux_2_35_aarch64",  # a newer glibc
        "cp313-cp313-musllinux_1_2_aarch64",  # another C library
        "cp313-cp313-manylinux_2_17_x86_64",  # another processor
        "cp312-cp312-manylinux_2_17_aarch64",  # another Python
        "cp314-abi3-manylinux_2_17_aarch64",  # a later one
        "cp313-cp313t-manylinux_2_17_aarch64",  # without the lock
        "pp311-pypy311_pp73-manylinux_2_17_aarch64",
        "cp313-cp313-linux_aarch64",  # whose glibc?
        "cp313-cp313-macosx_11_0_arm64",
        "cp313-cp313-win_arm64",
    ):
        wheel(build.wheels, "thing", tag=tag)
    said = build.refused("thing==1.0\n")
    assert "no wheel of thing==1.0 for python3.13 on arm64 (Amazon Linux 2023, glibc 2.34)" in said
    for way_out in ("version", "runtime", "architecture", "PIP_FIND_LINKS", "image_uri"):
        assert way_out in said


def test_the_newest_glibc_first(build: Build) -> None:
    for tag in ("cp313-cp313-manylinux_2_17_aarch64", "cp313-cp313-manylinux_2_28_aarch64"):
        wheel(build.wheels, "thing", tag=tag)
    build("thing==1.0\n")
    assert b"manylinux_2_28" in build.read("thing.py")


def test_dependency_without_a_wheel_is_named(build: Build) -> None:
    wheel(build.wheels, "thing", requires=("missing>=2",))
    assert "no wheel of missing>=2" in build.refused("thing==1.0\n")


def test_markers_are_those_of_lambda(build: Build) -> None:
    """pip evaluates them for the machine it runs on, whatever --platform says (its issues 6117 and 10050)."""
    for name in ("linux", "arm", "old", "new", "windows", "mac", "intel", "inner", "other"):
        wheel(build.wheels, name)
    wheel(
        build.wheels, "outer",
        requires=('inner; platform_machine == "aarch64"', 'other; python_full_version < "3.10.4"'),
    )  # fmt: skip
    build(
        'linux==1.0; sys_platform == "linux" and os_name == "posix"\n'
        'arm==1.0; platform_machine == "aarch64" and platform_system == "Linux"\n'
        'old==1.0; python_version < "3.10"\n'
        'new==1.0; python_version >= "3.10" and implementation_name == "cpython"\n'
        'windows==1.0; sys_platform == "win32"\n'
        'mac==1.0; sys_platform == "darwin"\n'
        'intel==1.0; platform_machine == "x86_64"\n'
        "outer==1.0\n",
        runtime="python3.10",
    )
    modules = {name for name in build.names() if name.endswith(".py")}
    assert modules == {"app.py", "linux.py", "arm.py", "new.py", "outer.py", "inner.py"}


def test_package_that_wants_a_later_patch_than_the_first(build: Build) -> None:
    """Lambda has long updated; "3.9" alone is 3.9.0 to pip, which cryptography refuses."""
    wheel(build.wheels, "picky", python=">=3.9.2")
    build("picky==1.0\n", runtime="python3.9")


@pytest.mark.parametrize("name", [f"python3.{minor}" for minor in range(9, 15)])
def test_every_pip_gives_the_same_bytes(build: Build, name: str) -> None:
    for each in ("linux", "windows"):
        wheel(build.wheels, each)
    wheel(build.wheels, "thing", tag="cp313-cp313-manylinux_2_28_aarch64")
    wanted = 'thing==1.0\nlinux==1.0; sys_platform == "linux"\nwindows==1.0; python_version < "3.13"\n'
    build(wanted)
    reference = build.output.read_bytes()
    for python in interpreters(name):
        for path in (build.output.parent / "wheels").iterdir():
            path.rename(path.with_name(f"{path.name}-before-{python.replace('/', '-')}"))
        build(wanted, python=python)
        assert build.output.read_bytes() == reference


# ------------------------------------------------------------------- what is in the zip


def test_exactly_the_wheels_bytes(build: Build) -> None:
    path = wheel(
        build.wheels, "thing",
        files={
            "thing/__init__.py": b"",
            "thing/core.so": b"\x7fELF",
            "thing-1.0.data/purelib/thing/pure.py": b"1",
            "thing-1.0.data/platlib/thing/plat.so": b"2",
            "thing-1.0.data/scripts/thing": b"#!python",
            "thing-1.0.data/headers/thing.h": b"3",
            "thing-1.0.data/data/share/thing": b"4",
        },
    )  # fmt: skip
    build("thing==1.0\n")
    assert build.names() == sorted(
        ["app.py", "requirements.txt", "thing/__init__.py", "thing/core.so", "thing/pure.py", "thing/plat.so"]
        + [f"thing-1.0.dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL")]
    )
    with zipfile.ZipFile(path) as archive:
        assert build.read("thing-1.0.dist-info/RECORD") == archive.read("thing-1.0.dist-info/RECORD")
    with zipfile.ZipFile(build.output) as archive:
        modes = {info.filename for info in archive.infolist() if info.external_attr >> 16 & 0o100}
    assert modes == {"thing/core.so", "thing/plat.so"}


def test_what_a_wheel_has_deflated_stays_so(build: Build) -> None:
    """Its bytes are the same everywhere, so they need no work; how much it is has no say in the rest."""
    data = b"".join(b"%d, " % number for number in range(100_000))
    brought = wheel(build.wheels, "thing", files={"thing.py": data}, method=zipfile.ZIP_DEFLATED)
    build("thing==1.0\n", files={"app.py": "#" * 1000})
    with zipfile.ZipFile(brought) as theirs, zipfile.ZipFile(build.output) as ours:
        assert ours.read("thing.py") == data
        assert ours.getinfo("thing.py").compress_size == theirs.getinfo("thing.py").compress_size
        assert ours.getinfo("app.py").compress_size < 1000


def test_what_a_wheel_has_not_deflated_is_like_the_source(build: Build) -> None:
    wheel(build.wheels, "thing", files={"thing.py": bytes(1000)}, method=zipfile.ZIP_STORED)
    build("thing==1.0\n")
    with zipfile.ZipFile(build.output) as archive:
        assert archive.read("thing.py") == bytes(1000)
        assert archive.getinfo("thing.py").compress_size < 1000


def test_source_wins(build: Build) -> None:
    wheel(build.wheels, "thing")
    build("thing==1.0\n", {"thing.py": "mine = True\n"})
    assert build.read("thing.py") == b"mine = True\n"


def test_two_wheels_that_differ_over_a_file(build: Build) -> None:
    wheel(build.wheels, "one", files={"shared/same.py": b"", "shared/other.py": b"1"})
    wheel(build.wheels, "two", files={"shared/same.py": b"", "shared/other.py": b"2"})
    wanted = "one==1.0\ntwo==1.0\n"
    said = build.refused(wanted)
    assert "one-1.0-py3-none-any.whl and two-1.0-py3-none-any.whl both bring shared/other.py" in said
    build(wanted, {"shared/other.py": "mine = True\n"})  # as it advises


def test_file_where_another_needs_a_folder(build: Build) -> None:
    wheel(build.wheels, "one", files={"x": b""})
    wheel(build.wheels, "two", files={"x/y/z.py": b""})
    assert "x is a file, and x/y/z.py needs a folder" in build.refused("one==1.0\ntwo==1.0\n")


def test_wheel_that_leads_out_of_the_package(build: Build) -> None:
    wheel(build.wheels, "evil", files={"../../etc/passwd": b""})
    assert "leads out of the package" in build.refused("evil==1.0\n")


def test_nothing_required(build: Build) -> None:
    build.env["PIP_FIND_LINKS"] = "nowhere"
    build("# nothing yet\n\n")
    assert build.names() == ["app.py", "requirements.txt"]


# ------------------------------------------------------------------- the second time


def test_second_build_downloads_nothing(build: Build) -> None:
    wheel(build.wheels, "thing")
    build("thing==1.0\n")
    first = build.output.read_bytes()
    build.env = environ(None)
    build("thing==1.0\n", {"app.py": ""})
    assert build.output.read_bytes() == first
    said = build.refused_again("thing==1.0\nmore==1.0\n")
    assert "no wheel of" in said


def test_other_platform_has_other_wheels(build: Build) -> None:
    for machine in ("aarch64", "x86_64"):
        wheel(build.wheels, "thing", tag=f"cp313-cp313-manylinux_2_28_{machine}")
    build("thing==1.0\n", architecture="arm64")
    build("thing==1.0\n", architecture="x86_64")
    assert b"x86_64" in build.read("thing.py")


def test_download_that_failed_leaves_no_wheels(build: Build) -> None:
    wheel(build.wheels, "thing")
    build.refused("thing==1.0\nmissing==1.0\n")
    assert not list((build.output.parent / "wheels").iterdir())


def test_damaged_wheel(build: Build) -> None:
    wheel(build.wheels, "thing")
    build("thing==1.0\n")
    build.output.unlink()
    (kept,) = (build.output.parent / "wheels").glob("*/*.whl")
    kept.write_bytes(b"PK")
    said = build.refused("thing==1.0\n")
    assert f"remove {kept.parent}" in said


# ------------------------------------------------------------------- what pip can do


def test_hashes(build: Build) -> None:
    path = wheel(build.wheels, "thing")
    assert "one" not in build(f"thing==1.0 \\\n    --hash=sha256:{sha256(path)}\n")
    said = build.refused_again(f"thing==1.0 --hash=sha256:{'0' * 64}\n")
    assert "DO NOT MATCH THE HASHES" in said
    assert sha256(path) in said


def test_files_of_requirements_and_constraints(build: Build) -> None:
    for version in ("1.0", "2.0"):
        wheel(build.wheels, "thing", version)
    wheel(build.wheels, "more", requires=("thing",))
    files = {"deps/base.txt": "--constraint pins.txt\nmore==1.0  # words\n", "deps/pins.txt": "thing==1.0\n"}
    said = build("-r deps/base.txt\n", files)
    assert "thing-1.0.dist-info/METADATA" in build.names()
    assert said == ""  # pinned, the one by the other


def test_wheels_inside_the_source(build: Build) -> None:
    wheel(build.source / "vendor", "thing")
    build.env = environ(None)
    build("--find-links vendor\nthing==1.0\n")
    assert "thing.py" in build.names()


def test_what_nobody_pinned_is_named(build: Build) -> None:
    for name in ("pinned", "ranged", "wild", "bare", "Un.Named"):
        wheel(build.wheels, name.replace(".", "_"), requires=("hidden",) if name == "pinned" else ())
    wheel(build.wheels, "hidden")
    said = build("pinned[x]==1.0\nranged>=1\nwild==1.*\nbare\nUn.Named===1.0\n")
    assert said.count("\n") == 1
    assert said.startswith("package.py: warning: ")
    assert "add bare==1.0, hidden==1.0, ranged==1.0, wild==1.0" in said


# ------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("-r ../base.txt", "requirements.txt, line 2: -r ../base.txt is no packaged file"),
        ("-r/etc/base.txt", "is no packaged file"),
        ("--requirement=missing.txt", "is no packaged file"),
        ("-c https://example.com/pins.txt", "is no packaged file"),
        ("-e .", "cannot be had in a package"),
        ("--editable=git+https://example.com/x", "cannot be had in a package"),
        ("--no-binary :all:", "cannot be had in a package"),
        ("./thing-1.0-py3-none-any.whl", "is a path"),
        ("../elsewhere", "is a path"),
        ("vendor/thing-1.0-py3-none-any.whl", "is a path"),
        ("thing @ file:///tmp/thing-1.0-py3-none-any.whl", "is a path"),
        ("C:\\wheels\\thing", "is a path"),
    ],
)
def test_what_leaves_the_source(build: Build, line: str, part: str) -> None:
    assert part in build.refused(f"# first\n{line}\n")


def test_python_without_pip(build: Build, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    code, said = build.attempt("thing==1.0\n", {}, "python3.13", "arm64", python=python)
    assert code == 1
    assert said == (
        f"package.py: requirements.txt needs pip, and {python} has none; install it (python3 -m ensurepip), "
        "or let the input python name a Python that has it\n"
    )


def test_index_out_of_reach_is_said(build: Build) -> None:
    build.env = environ(None) | {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    del build.env["PIP_NO_INDEX"]
    assert "pip could not read every index: Retrying" in build.refused("thing==1.0\n")
