"""What goes in front of a package that was built for another platform or Python than the one here.

`foreign` says which distributions that are, `wheel_cache` has the same versions for this interpreter. AWS
needs nothing of this: so it happens before the environment starts, where no timeout of the function runs, and
the function's log says that it does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from localalb.runtime import code, wheel_cache
from localalb.runtime.foreign import Contents, Distribution, Interpreter, NativeFile, contents, foreign
from localalb.runtime.wheel_cache import NotFetched

NO_DOWNLOADS = "LOCALALB_NO_DOWNLOADS"  # set to 1, nothing is fetched; what is kept already is used
TOGETHER = 4  # runs of pip
REFUSED = NotFetched(f"{NO_DOWNLOADS} is 1, so nothing is fetched", "start localalb without it")
# An index may have something else under its name, by somebody else.
OWN = NotFetched("it came from no index (direct_url.json), so none is asked", "build it for this machine")
SHOWN = 3  # files of no distribution that a sentence names


@dataclass(frozen=True, slots=True)
class Front:
    """`paths` go before the package on sys.path. `lacking` says what of it does not load and has no
    replacement; empty where everything loads."""

    paths: tuple[Path, ...] = ()
    lacking: str = ""


class Wheels:
    """Finds what goes in front of packages, in the event loop's thread. `download` lets pip fetch it."""

    def __init__(self, *, download: bool = True) -> None:
        self._download = download
        self._contents: dict[Path, Contents] = {}
        self._fetches: dict[Path, asyncio.Task[NotFetched | None]] = {}
        self._turns = asyncio.Semaphore(TOGETHER)

    async def front(self, runtime: str, places: Sequence[Path], say: Callable[[str], None]) -> Front:
        """Of unpacked code, which lies in these directories in the order of sys.path. A place never changes,
        so each is looked through once."""
        found = [await self._look(place) for place in places]
        if not any(each.native for each in found):
            return Front()
        executable, _ = await asyncio.to_thread(code.interpreter, runtime)
        interpreter = await asyncio.to_thread(code.described, executable)
        distributions, strays = foreign(found, interpreter)
        if not distributions and not strays:
            return Front()
        got, lacks = await self._get(distributions, interpreter, say)
        if got:
            where = next(iter(got.values())).parent
            say(f"{listed(got)}: {interpreter.name} gets the same built for it, from {where}")
        missed = lacking(lacks, strays, interpreter.name, runtime)
        if missed:
            say(missed)
        return Front(tuple(got.values()), missed)

    async def close(self) -> None:
        """Let no pip run on."""
        tasks = list(self._fetches.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, place: Path) -> Contents:
        if place not in self._contents:
            self._contents[place] = await asyncio.to_thread(contents, place)
        return self._contents[place]

    async def _get(
        self, distributions: Sequence[Distribution], interpreter: Interpreter, say: Callable[[str], None]
    ) -> tuple[dict[Distribution, Path], dict[Distribution, NotFetched]]:
        """Where they are now, and why the others are not."""
        if not distributions:
            return {}, {}
        try:
            shelf = await asyncio.to_thread(wheel_cache.shelf, interpreter)
        except NotFetched as error:
            return {}, dict.fromkeys(distributions, error)
        folders = {each: shelf / f"{each.name}-{each.version}" for each in distributions}
        lacks = {each: OWN for each in distributions if not each.indexed}
        absent = [each for each in distributions if each.indexed and not wheel_cache.kept(folders[each])]
        if absent and not self._download:
            lacks |= dict.fromkeys(absent, REFUSED)
        elif absent:
            say(
                f"{listed(absent)}: pip fetches the same for {interpreter.name}, once for this user; the "
                "invocation waits, and no timeout of the function runs meanwhile"
            )
            work = (self._fetch(each, interpreter, folders[each]) for each in absent)
            answers = zip(absent, await asyncio.gather(*work), strict=True)
            lacks |= {each: answer for each, answer in answers if answer is not None}
        return {each: folder for each, folder in folders.items() if each not in lacks}, lacks

    async def _fetch(
        self, distribution: Distribution, interpreter: Interpreter, folder: Path
    ) -> NotFetched | None:
        """Have a distribution in its folder. Everybody who asks meanwhile waits for the same pip."""
        task = self._fetches.get(folder)
        if task is None:
            work = self._take_turn(distribution, interpreter, folder)
            task = self._fetches[folder] = asyncio.get_running_loop().create_task(work)
            task.add_done_callback(lambda _: self._fetches.pop(folder))
        return await asyncio.shield(task)

    async def _take_turn(
        self, distribution: Distribution, interpreter: Interpreter, folder: Path
    ) -> NotFetched | None:
        async with self._turns:
            if wheel_cache.kept(folder):  # another cloud was faster
                return None
            try:
                await wheel_cache.fetch(distribution, interpreter, folder)
            except NotFetched as error:
                return error
        return None


def listed(distributions: Iterable[Distribution]) -> str:
    """`orjson 3.11.4 and cffi 2.0 (built for cp313-cp313-manylinux_2_17_aarch64)`, by what they are for."""
    built: dict[str, list[str]] = defaultdict(list)
    for each in distributions:
        built[each.built_for].append(str(each))
    return ", ".join(f"{' and '.join(names)} (built for {tag})" for tag, names in built.items())


def lacking(
    lacks: dict[Distribution, NotFetched], strays: Sequence[NativeFile], interpreter: str, runtime: str
) -> str:
    """What does not load, what was tried and what to do, in a sentence for each cause."""
    causes: dict[tuple[str, str], list[Distribution]] = defaultdict(list)
    for each, error in lacks.items():
        causes[str(error), error.remedy].append(each)
    other = "" if interpreter.startswith(f"{runtime} ") else f", or put {runtime} on PATH"
    sentences = [
        f"{listed(distributions)} cannot be loaded by {interpreter}, and a wheel of the same version "
        f"for it is not to be had: {why}; {remedy}{other}"
        for (why, remedy), distributions in causes.items()
    ]
    if strays:
        names = ", ".join(f"{each.name} (built for {each.built_for})" for each in strays[:SHOWN])
        more = f" and {len(strays) - SHOWN} more" if len(strays) > SHOWN else ""
        sentences.append(
            f"{names}{more} cannot be loaded by {interpreter}, and no dist-info says of which "
            f"distribution that is; leave *.dist-info in the package, or build it for this machine{other}"
        )
    return "; ".join(sentences)
