"""Which native code of a package does not load here: made-up trees, and interpreters as values."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from localalb.runtime import foreign
from localalb.runtime.foreign import Interpreter, contents

LAPTOP = Interpreter(
    executable="python3.11",
    name="python3.11 on linux-x86_64",
    tags=(
        "cp311-cp311-linux_x86_64", "cp311-cp311-manylinux_2_17_x86_64", "cp311-abi3-manylinux_2_28_x86_64",
        "cp39-abi3-manylinux_2_17_x86_64", "py3-none-manylinux_2_17_x86_64", "py3-none-any",
    ),
    suffixes=(".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"),
    machines=frozenset({"Linux x86_64"}),
)  # fmt: skip


def elf(machine: int) -> bytes:
    """The beginning of a 64-bit little-endian shared object (elf(5))."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 3, machine, 1)


ARM, X86 = elf(183), elf(62)
FAT = struct.pack(">4sI", b"\xca\xfe\xba\xbe", 2) + b"".join(
    struct.pack(">IIIII", cpu, 0, 4096, 1, 14) for cpu in (0x01000007, 0x0100000C)
)


def tree(root: Path, files: Mapping[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def wheel(
    name: str, *tags: str, files: Mapping[str, bytes], version: str = "1.0", base: str = ""
) -> dict[str, bytes | str]:
    """The files of an installed wheel."""
    info = f"{name}-{version}.dist-info"
    record = "".join(f'"{each}",sha256=x,1\n' for each in files)
    described: dict[str, bytes | str] = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nText: of it\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags),
        f"{info}/RECORD": record,
    }
    return {base + each: content for each, content in {**files, **described}.items()}


def found(root: Path, *others: Path, interpreter: Interpreter = LAPTOP) -> tuple[list[str], list[str]]:
    distributions, strays = foreign.foreign([contents(each) for each in (root, *others)], interpreter)
    return [str(each) for each in distributions], [each.name for each in strays]


ORJSON = {"orjson/__init__.py": b"", "orjson/orjson.cpython-313-aarch64-linux-gnu.so": ARM}


@pytest.mark.parametrize(
    ("tags", "file", "built"),
    [
        (["cp313-cp313-manylinux_2_17_aarch64", "cp313-cp313-manylinux2014_aarch64"],
         "a.cpython-313-aarch64-linux-gnu.so", ARM),  # another processor and another Python
        (["cp313-cp313-manylinux_2_17_x86_64"], "a.cpython-313-x86_64-linux-gnu.so", X86),  # another Python
        (["cp311-abi3-manylinux_2_28_aarch64"], "a.abi3.so", ARM),  # another processor
        (["cp312-abi3-manylinux_2_17_x86_64"], "a.abi3.so", X86),  # the stable ABI of a later Python
        (["py3-none-manylinux_2_17_aarch64"], "a/lib.so", ARM),  # loaded by ctypes
        (["cp311-cp311-musllinux_1_2_x86_64"], "a.cpython-311-x86_64-linux-musl.so", X86),
        (["cp311-cp311-macosx_11_0_arm64"], "a.cpython-311-darwin.so", FAT),
        (["cp311-cp311-win_amd64"], "a.cp311-win_amd64.pyd", b"MZ"),
    ],
)  # fmt: skip
def test_another_platforms_wheel(tmp_path: Path, tags: list[str], file: str, built: bytes) -> None:
    assert found(tree(tmp_path, wheel("a", *tags, files={file: built}))) == (["a 1.0"], [])


@pytest.mark.parametrize(
    ("tags", "file"),
    [
        (["cp311-cp311-manylinux_2_17_x86_64"], "a.cpython-311-x86_64-linux-gnu.so"),
        (["cp39-abi3-manylinux_2_17_x86_64"], "a.abi3.so"),
        # A line with the compressed set of the file's name (PEP 425).
        (["cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64"], "a.cpython-311-x86_64-linux-gnu.so"),
        (["py2.py3-none-any"], "a.so"),
    ],
)
def test_a_wheel_that_fits(tmp_path: Path, tags: list[str], file: str) -> None:
    assert found(tree(tmp_path, wheel("a", *tags, files={file: X86}))) == ([], [])


def test_what_has_no_native_file_is_never_touched(tmp_path: Path) -> None:
    """Whatever it says of itself: a wheel may be pure and for one Python all the same."""
    made = wheel("a", "cp313-none-any", "cp313-cp313-manylinux_2_17_aarch64", files={"a.py": b""})
    assert found(tree(tmp_path, made)) == ([], [])
    assert not contents(tmp_path).native


def test_bundled_libraries_are_the_wheels(tmp_path: Path) -> None:
    files = {"numpy/_core/u.cpython-313-aarch64-linux-gnu.so": ARM, "numpy.libs/libopenblas-0.3.so.1.2": ARM}
    root = tree(tmp_path, wheel("numpy", "cp313-cp313-manylinux_2_27_aarch64", files=files))
    assert found(root) == (["numpy 1.0"], [])


def test_names_are_as_the_index_has_them(tmp_path: Path) -> None:
    made = wheel("Pydantic_Core", "cp313-cp313-manylinux_2_17_aarch64", files={"p.so": ARM}, version="2.041")
    ((distribution,), _) = foreign.foreign([contents(tree(tmp_path, made))], LAPTOP)
    assert (distribution.name, distribution.version) == ("pydantic-core", "2.41")
    assert distribution.built_for == "cp313-cp313-manylinux_2_17_aarch64"


@pytest.mark.parametrize("name", ["--index-url=x", "a @ file:///b", "../a", ""])
def test_a_name_that_is_none_is_no_distribution(tmp_path: Path, name: str) -> None:
    """It would be an argument of pip and a folder's name."""
    made = wheel("a", "cp313-cp313-manylinux_2_17_aarch64", files={"a.so": ARM})
    made["a-1.0.dist-info/METADATA"] = f"Name: {name}\nVersion: 1.0\n"
    assert found(tree(tmp_path, made)) == ([], ["a.so"])
    made["a-1.0.dist-info/METADATA"] = f"Name: a\nVersion: {name or '1.0 --pre'}\n"
    assert found(tree(tmp_path, made)) == ([], ["a.so"])


@pytest.mark.parametrize(
    ("name", "content", "loads"),
    [
        ("orjson/orjson.cpython-313-aarch64-linux-gnu.so", ARM, False),
        ("orjson/orjson.cpython-313-x86_64-linux-gnu.so", X86, False),
        ("orjson/orjson.cpython-311-x86_64-linux-gnu.so", X86, True),
        ("_rust.abi3.so", ARM, False),
        ("_rust.abi3.so", X86, True),
        ("lib/libpq.so.5.13", ARM, False),
        ("lib/libpq.so.5.13", X86, True),
        ("lib/libc.so", b"GROUP ( /lib/libc.so.6 )", True),  # a linker's script
        ("a.cp313-win_amd64.pyd", b"MZ", False),
        ("a.dylib", FAT, False),
        ("empty.so", b"", True),
    ],
)
def test_without_a_dist_info_the_file_tells(tmp_path: Path, name: str, content: bytes, loads: bool) -> None:
    assert found(tree(tmp_path, {name: content})) == ([], [] if loads else [name])


def test_without_a_wheel_file_the_files_tell(tmp_path: Path) -> None:
    made = wheel("orjson", files=ORJSON)
    del made["orjson-1.0.dist-info/WHEEL"]
    ((distribution,), strays) = foreign.foreign([contents(tree(tmp_path, made))], LAPTOP)
    assert (str(distribution), strays) == ("orjson 1.0", [])
    assert distribution.built_for == "cpython-313-aarch64-linux-gnu, Linux aarch64"


def test_one_of_a_modules_files_is_enough(tmp_path: Path) -> None:
    """Some bring one for each Python, in one folder."""
    names = [f"a/b.cpython-3{minor}-x86_64-linux-gnu.so" for minor in (10, 11, 13)]
    assert found(tree(tmp_path, dict.fromkeys(names, X86))) == ([], [])
    (tmp_path / names[1]).unlink()
    assert found(tmp_path) == ([], [names[0], names[2]])


def test_a_universal_binary_fits_both_processors(tmp_path: Path) -> None:
    root = tree(tmp_path, {"a.so": FAT})
    mac = Interpreter("", "", (), (".so",), frozenset({"macOS arm64"}))
    assert found(root, interpreter=mac) == ([], [])
    assert found(root) == ([], ["a.so"])


def test_the_package_goes_before_its_layers(tmp_path: Path) -> None:
    """What sys.path finds first is what counts, also where it is pure."""
    tag = "cp313-cp313-manylinux_2_17_aarch64"
    both = tree(tmp_path / "package", wheel("a", tag, files={"a.so": ARM}, version="2"))
    tree(both, wheel("b", "py3-none-any", files={"b.py": b""}))
    layer = tree(tmp_path / "layer", wheel("a", tag, files={"a.so": ARM}, version="1"))
    tree(layer, wheel("b", tag, files={"b.so": ARM}))
    tree(layer, wheel("c", tag, files={"c.so": ARM}))
    assert found(both, layer) == (["a 2", "c 1.0"], [])
    pure = tree(tmp_path / "pure", wheel("c", "py3-none-any", files={"c.py": b""}))
    assert found(pure, both, layer) == (["a 2"], [])


def test_what_lies_in_site_packages_below_is_another_place(tmp_path: Path) -> None:
    base = "lib/python3.12/site-packages/"
    made = wheel("a", "cp312-cp312-manylinux_2_17_aarch64", files={"a.so": ARM}, base=base)
    assert not contents(tree(tmp_path, made)).native
    assert found(tmp_path / base) == (["a 1.0"], [])


def test_a_vendored_wheel_is_found(tmp_path: Path) -> None:
    made = wheel("a", "cp313-cp313-manylinux_2_17_aarch64", files={"a.so": ARM}, base="vendor/")
    assert found(tree(tmp_path, made)) == (["a 1.0"], [])
