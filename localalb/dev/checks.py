"""What is wrong with a function's code, as far as it shows without running it.

Looked at are the files that changed and what the handler's module imports while it is loaded, step by step.
An import counts where it stands at a module's top: one in a `try`, an `if` or a function may never be made.
Nothing is said of imports where sys.path is changed.

Standard library only, Python 3.9 or later: what is valid depends on the Python that runs the function, so
this file is run by that one where it is not the caller's. Takes one JSON object on standard input, the
arguments of `problems`, with the sources' bytes as Latin-1; prints one JSON array.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A line of a file, and what is wrong there."""

    file: str
    line: int
    words: str


def problems(
    sources: Mapping[str, bytes],
    changed: Collection[str],
    handler: str,
    modules: Collection[str] | None,
) -> list[Problem]:
    """The problems of Python files, by name and line. `handler` is Lambda's setting; `modules` are the names
    that can be imported beside the standard library's, None where nobody knows them all."""
    reading = _Reading(sources)
    for name in sorted(sources.keys() & changed):
        reading.tree(name)
    loaded: list[str] = []
    module_of_handler = handler.rpartition(".")[0].replace("/", ".").split(".")
    loading = _files(module_of_handler, sources)
    there = bool(loading)
    tops: list[tuple[str, int, str]] = []
    while loading:
        name = loading.pop()
        if name in loaded:
            continue
        loaded.append(name)
        for line, module in _imports(name, reading.tree(name)):
            tops.append((name, line, module[0]))
            loading += _files(module, sources)
    known = _known(modules, (sources[name] for name in loaded))
    if known is not None and not there and module_of_handler[0] not in known:
        words = f"no such file, and the handler is {handler}"
        reading.problems.append(Problem("/".join(module_of_handler) + ".py", 1, words))
    missing = {(name, line, top) for name, line, top in tops if known is not None and top not in known}
    for name, line, top in missing:
        words = f"ModuleNotFoundError: No module named {top!r} in the package or the runtime"
        reading.problems.append(Problem(name, line, words))
    return sorted(reading.problems, key=lambda each: (each.file, each.line, each.words))


class _Reading:
    """Sources as they are parsed, each once, and what hindered that."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._trees: dict[str, ast.Module] = {}
        self.problems: list[Problem] = []

    def tree(self, name: str) -> ast.Module:
        """The tree of a file; an empty one where it has none."""
        if name not in self._trees:
            parsed = _parsed(name, self._sources[name])
            if isinstance(parsed, Problem):
                self.problems.append(parsed)
                parsed = ast.Module([], [])
            self._trees[name] = parsed
        return self._trees[name]


def _known(modules: Collection[str] | None, loaded: Iterable[bytes]) -> set[str] | None:
    """All names that can be imported, None where that cannot be told."""
    standard = getattr(sys, "stdlib_module_names", None)  # from Python 3.10 on
    if modules is None or standard is None or any(b"sys.path" in source for source in loaded):
        return None
    return {*standard, *modules}


def _parsed(name: str, source: bytes) -> ast.Module | Problem:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, name, "exec", dont_inherit=True)
            return ast.parse(source, name)
    except SyntaxError as error:
        return Problem(name, error.lineno or 1, f"{type(error).__name__}: {error.msg}")
    except ValueError as error:  # a null byte, before Python 3.12
        return Problem(name, 1, f"SyntaxError: {error}")


def _imports(name: str, tree: ast.Module) -> Iterator[tuple[int, list[str]]]:
    """The modules that a module imports whenever it is loaded, each with its line, as parts of its name."""
    package = name.split("/")[:-1]
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            parts = above + (node.module.split(".") if node.module else [])
            if parts:
                yield node.lineno, parts
                for alias in node.names:  # a name may be a submodule
                    yield node.lineno, [*parts, alias.name]


def _files(module: list[str], sources: Mapping[str, bytes]) -> list[str]:
    """The files that are loaded for a module: the packages it lies in, and itself."""
    prefixes = ["/".join(module[: length + 1]) for length in range(len(module))]
    names = [f"{prefix}{end}" for prefix in prefixes for end in (".py", "/__init__.py")]
    return [name for name in names if name in sources]


def main(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    sources = {name: text.encode("latin-1") for name, text in asked["sources"].items()}
    found = problems(sources, asked["changed"], asked["handler"], asked["modules"])
    return [asdict(problem) for problem in found]


if __name__ == "__main__":
    print(json.dumps(main(json.load(sys.stdin))))
