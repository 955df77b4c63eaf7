"""A package for another platform gets the same distributions for this one: by the real pip, from an index on
loopback."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import package_index
import pytest
import uvloop
from package_index import APP, ELSEWHERE, RUNTIME, Index, thing, zipped
from packaging.utils import canonicalize_name
from workers import children, function, leaving_nothing, place, until

from localalb.runtime import code, wheel_cache
from localalb.runtime.foreign import Distribution
from localalb.runtime.function import Function
from localalb.runtime.logs import LogBook, LogEvent, Stream
from localalb.runtime.pool import Pool
from localalb.runtime.result import Result
from localalb.runtime.wheel_cache import NotFetched, reason

OTHER = "def handler(event, context):\n    return 'other'\n"


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """All that pip knows; nothing is kept yet."""
    for name in [each for each in os.environ if each.startswith("PIP_")]:
        monkeypatch.delenv(name)
    with package_index.index() as made:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", made.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        yield made


class Bench:
    """A pool and what its functions log. A new one in the same directory is a cloud that was started anew."""

    def __init__(self, directory: Path, layers: Sequence[bytes] = (), *, download: bool = True) -> None:
        self.log: list[str] = []
        self._packages: dict[str, bytes] = {}
        self._book = LogBook(self._write)
        fetch: Callable[[Function], bytes] = lambda wanted: self._packages[wanted.code_sha256]  # noqa: E731
        self.pool = Pool(place(directory), self._book, fetch, layers=lambda _: layers, download=download)

    def function(self, files: Mapping[str, str], layers: tuple[str, ...] = ()) -> Function:
        made = replace(function(repr(files)), layers=layers)
        self._packages[made.code_sha256] = zipped(files)
        return made

    async def invoke(self, wanted: Function) -> Any:
        """What it returned. A failure is its description in words."""
        result: Result = await self.pool.invoke(wanted, b"{}")
        self._book.flush()
        return result.problem() if result.failure else json.loads(result.payload)

    def _write(self, stream: Stream, events: Sequence[LogEvent]) -> None:
        self.log += [message for _, message in events]


@asynccontextmanager
async def bench(directory: Path, *args: Any, **settings: Any) -> AsyncIterator[Bench]:
    async with leaving_nothing(directory):
        made = Bench(directory, *args, **settings)
        try:
            yield made
        finally:
            await made.pool.close()


def shelved(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.glob("cache/localalb/wheels/*/*"))


def test_it_is_fetched_once_for_all_clouds_of_a_user(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        for _ in range(2):
            async with bench(tmp_path) as b:
                made = b.function({"app.py": APP, **thing()})
                assert await b.invoke(made) == "here"
                assert [line for line in b.log if line.startswith("thing 1.0 ") and RUNTIME in line]
        assert len(index.served) == 1
        assert shelved(tmp_path) == ["thing-1.0"]
        for folder in (tmp_path / "cache/localalb").rglob("thing-1.0"):
            assert {each.stat().st_mode & 0o777 for each in (folder, folder.parent)} == {0o700}

    uvloop.run(run())


def test_only_one_pip_runs_however_many_wait(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        async with bench(tmp_path) as b:
            made = b.function({"app.py": APP, **thing()})
            assert await asyncio.gather(*(b.invoke(made) for _ in range(4))) == ["here"] * 4
        assert len(index.served) == 1

    uvloop.run(run())


def test_others_are_served_while_one_is_fetched(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        index.gate.clear()
        async with bench(tmp_path) as b:
            slow = asyncio.create_task(b.invoke(b.function({"app.py": APP, **thing()})))
            assert await until(index.asked.is_set)
            assert await b.invoke(b.function({"app.py": OTHER})) == "other"
            assert not slow.done()
            index.gate.set()
            assert await slow == "here"
            (line,) = [line for line in b.log if "pip fetches" in line]
            assert line.startswith(
                f"thing 1.0 (built for {ELSEWHERE}): pip fetches the same for {RUNTIME} on "
            )
            assert "no timeout of the function runs meanwhile" in line

    uvloop.run(run())


def test_a_layers_is_replaced_too(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        layer = zipped({f"python/{name}": content for name, content in thing().items()})
        async with bench(tmp_path, (layer,)) as b:
            assert await b.invoke(b.function({"app.py": APP}, ("arn:layer:1",))) == "here"

    uvloop.run(run())


def test_without_an_index_the_failure_says_all_and_the_next_invocation_tries_again(
    tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            made = b.function({"app.py": APP, **thing()})
            monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/")
            said = await b.invoke(made)
            assert said.startswith("Runtime.ImportModuleError: Unable to import module 'app': ")
            (line,) = [line for line in b.log if "not to be had" in line]
            assert said.endswith(f"; {line}")
            assert line.startswith(f"thing 1.0 (built for {ELSEWHERE}) cannot be loaded by {RUNTIME} on ")
            assert "pip cannot reach a package index (Failed to establish a new connection: " in line
            assert "PIP_FIND_LINKS" in line
            assert shelved(tmp_path) == []
            monkeypatch.setenv("PIP_INDEX_URL", index.url)
            index.wheels = dict([package_index.wheel()])
            assert await b.invoke(made) == "here"

    uvloop.run(run())


def test_what_no_index_has_is_named_and_the_rest_is_there(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        async with bench(tmp_path) as b:
            app = "import thing, rare" + APP
            said = await b.invoke(b.function({"app.py": app, **thing(), **thing("rare")}))
            assert "No module named 'rare._native'; rare 1.0 (built for " in said
            assert "pip finds no such wheel in its package index; take a version that has one" in said
            assert shelved(tmp_path) == ["thing-1.0"]

    uvloop.run(run())


def test_a_function_that_does_without_runs(tmp_path: Path) -> None:
    """Some distributions are slower without their native half, and no worse."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            app = "try:\n    import thing\nexcept ImportError:\n    thing = None\n" + OTHER
            assert await b.invoke(b.function({"app.py": app, **thing()})) == "other"
            assert [line for line in b.log if "not to be had" in line]

    uvloop.run(run())


def test_another_failure_is_not_put_on_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            assert await b.invoke(b.function({"app.py": "1 / 0", **thing()})) == (
                "ZeroDivisionError: division by zero"
            )

    uvloop.run(run())


def test_a_package_without_dist_infos_is_told_by_its_files(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            files = {name: content for name, content in thing().items() if "dist-info" not in name}
            said = await b.invoke(b.function({"app.py": APP, **files}))
            assert "; thing/_native.cpython-36m-s390x-linux-gnu.so (built for cpython-36m-s390x-" in said
            assert "no dist-info says of which distribution that is; leave *.dist-info in the package" in said
        assert not index.asked.is_set()

    uvloop.run(run())


def test_a_library_of_no_distribution_is_named(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            app = "import ctypes, os\nctypes.CDLL(os.path.abspath('lib/libx.so.1'))\n" + OTHER
            library = "\x7fELF\x02\x01\x01" + "\0" * 9 + "\x03\0\x16\0" + "\0" * 100  # s390x
            said = await b.invoke(b.function({"app.py": app, "lib/libx.so.1": library}))
            assert said.startswith("OSError: ")
            assert "; lib/libx.so.1 (built for Linux s390x) cannot be loaded by " in said

    uvloop.run(run())


def test_what_came_from_no_index_is_not_asked_for_there(tmp_path: Path, index: Index) -> None:
    """An index may have something else under a name of one's own: "Recording the Direct URL Origin"."""

    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        async with bench(tmp_path) as b:
            own = {"thing-1.0.dist-info/direct_url.json": '{"url": "file:///src/thing", "dir_info": {}}'}
            said = await b.invoke(b.function({"app.py": APP, **thing(), **own}))
            assert "it came from no index (direct_url.json), so none is asked; build it for this" in said
        assert not index.asked.is_set()

    uvloop.run(run())


def test_nothing_is_fetched_where_that_is_refused(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        async with bench(tmp_path, download=False) as b:
            assert "LOCALALB_NO_DOWNLOADS is 1, so nothing is fetched" in await b.invoke(
                b.function({"app.py": APP, **thing()})
            )
        assert not index.asked.is_set()
        async with bench(tmp_path) as b:
            assert await b.invoke(b.function({"app.py": APP, **thing()})) == "here"
        async with bench(tmp_path, download=False) as b:  # what is kept is used
            assert await b.invoke(b.function({"app.py": APP, **thing()})) == "here"

    uvloop.run(run())


@pytest.mark.parametrize("spoiled", ["cache/localalb", "cache/localalb/wheels"])
def test_a_folder_that_others_may_write_is_not_believed(tmp_path: Path, index: Index, spoiled: str) -> None:
    async def run() -> None:
        folder = tmp_path / spoiled
        folder.mkdir(parents=True)
        folder.chmod(0o777)
        async with bench(tmp_path) as b:
            said = await b.invoke(b.function({"app.py": APP, **thing()}))
            assert f"{folder} is another user's, or others may write there; name a folder of your own" in said
        assert not index.asked.is_set()

    uvloop.run(run())


def test_the_cloud_ends_while_pip_waits(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.gate.clear()
        b = Bench(tmp_path)
        waiting = asyncio.create_task(b.invoke(b.function({"app.py": APP, **thing()})))
        assert await until(index.asked.is_set)
        await b.pool.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not children()
        assert index.requests == 1  # left alone, pip would have asked again
        assert list(tmp_path.glob("cache/localalb/wheels/*/.*")) == []

    uvloop.run(run())


def test_two_clouds_fetch_the_same(tmp_path: Path, index: Index) -> None:
    async def run() -> None:
        index.wheels = dict([package_index.wheel()])
        interpreter = code.described(code.interpreter(RUNTIME)[0])
        folder = wheel_cache.shelf(interpreter) / "thing-1.0"
        wanted = Distribution(canonicalize_name("thing"), "1.0")
        index.gate.clear()
        both = asyncio.gather(*(wheel_cache.fetch(wanted, interpreter, folder) for _ in range(2)))
        assert await until(lambda: len(list(folder.parent.glob(".*.tmp"))) == 2)
        index.gate.set()
        await both
        assert shelved(tmp_path) == ["thing-1.0"]
        assert (folder / "thing/_native.py").is_file()

    uvloop.run(run())


RETRYING = "WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken by "
NONE = "ERROR: No matching distribution found for thing==1.0\n"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            f"{RETRYING}'NewConnectionError('<pip.HTTPConnection object at 0x7f>: Failed to establish a new "
            f"connection: [Errno 111] Connection refused')': /thing/\n{NONE}",
            "pip cannot reach a package index (Failed to establish a new connection: [Errno 111] Connection "
            "refused)",
        ),
        (
            f"{RETRYING}'ReadTimeoutError(\"HTTPSConnectionPool(host='i', port=443): Read timed out. (read "
            f"timeout=5.0)\")': /thing/\n{NONE}",
            "pip cannot reach a package index (HTTPSConnectionPool(host='i', port=443): Read timed out. "
            "(read timeout=5.0)",
        ),
        (NONE, "pip finds no such wheel in its package index"),
        (
            f"WARNING: 401 Error, Credentials not correct for https://me:secret@index/\n{NONE}",
            "pip finds no such wheel in its package index (401 Error, Credentials not correct for "
            "https://****@index/)",
        ),
        (
            "ERROR: HTTP error 403 while getting https://me:secret@index/thing.whl\nERROR: x\n",
            "pip says: ERROR: HTTP error 403 while getting https://****@index/thing.whl ERROR: x",
        ),
        ("", "pip says: nothing, and exits with 2"),
    ],
)
def test_what_pip_says_in_a_sentence(said: str, why: str) -> None:
    found = reason(2, said)
    assert isinstance(found, NotFetched)
    assert str(found) == why
    assert found.remedy
