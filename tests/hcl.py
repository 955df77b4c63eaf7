"""What the root module and its parts take and give, read from their HCL. `python -m tests.hcl` writes it into
their READMEs, as tables.

A table stands between `<!-- inputs -->` and `<!-- /inputs -->`, or the same with `outputs`. A line
`# --- Network` among the variables begins a group: the table gets a row for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

ROOT = Path(__file__).parents[1]
MODULES = (ROOT, *sorted(path.parent for path in ROOT.glob("modules/*/variables.tf")))
NOTHING = object()


@dataclass(frozen=True)
class Variable:
    """One input. `default` is HCL, None where it is required; `validations` are (condition, message)."""

    name: str
    description: str
    type: str
    default: str | None
    nullable: bool
    validations: tuple[tuple[str, str], ...]
    group: str = ""


@dataclass(frozen=True)
class Output:
    name: str
    description: str


@cache  # the parser takes a second for a hundred inputs
def variables(module: Path) -> tuple[Variable, ...]:
    """The inputs of a module, in the order of its variables.tf and then of its variables_*.tf."""
    text = "\n".join(path.read_text() for path in sorted(module.glob("variables*.tf")))
    groups = dict(_groups(text))
    return tuple(
        Variable(
            name=name,
            description=_text(block.get("description", "")),
            type=_source(block.get("type")),
            default=_source(block["default"]) if "default" in block else None,
            nullable=bool(block.get("nullable", True)),
            validations=tuple(
                (_source(each["condition"]), _text(each["error_message"]))
                for each in block.get("validation", ())
            ),
            group=groups[name],
        )
        for name, block in _blocks(text, "variable")
    )


def outputs(module: Path) -> list[Output]:
    text = (module / "outputs.tf").read_text()
    return [Output(name, _text(block.get("description", ""))) for name, block in _blocks(text, "output")]


def _blocks(text: str, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for labelled in hcl2.loads(text).get(kind, ()):
        for name, block in labelled.items():
            yield name.strip('"'), block


def _groups(text: str) -> Iterator[tuple[str, str]]:
    """The group of each variable: the last heading above it."""
    group = ""
    for heading, name in re.findall(r'^# --- (.+)$|^variable "(\w+)"', text, re.MULTILINE):
        group = heading or group
        if name:
            yield name, group


def _text(value: Any) -> str:
    """A string of the parser's, without its quotes and with Terraform's escapes undone."""
    return str(value).strip('"').replace('\\"', '"').replace("$${", "${")


def _source(value: Any) -> str:
    """An expression of the parser's as it is written in HCL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_source, value))}]"
    if isinstance(value, dict):
        return "{}" if not value else "{ " + ", ".join(f"{k} = {_source(v)}" for k, v in value.items()) + " }"
    text = str(value)
    return text[2:-1] if text.startswith("${") and text.endswith("}") else text


def input_table(module: Path) -> str:
    lines = ["| input | type | default | meaning |", "|---|---|---|---|"]
    group = ""
    for each in variables(module):
        if each.group != group:
            group = each.group
            lines.append(f"| **{group}** | | | |")
        default = "required" if each.default is None else f"`{each.default}`"
        lines.append(
            f"| `{each.name}` | `{_cell(each.type)}` | {_cell(default)} | {_cell(each.description)} |"
        )
    return "\n".join(lines)


def output_table(module: Path) -> str:
    rows = (f"| `{each.name}` | {_cell(each.description)} |" for each in outputs(module))
    return "\n".join(("| output | meaning |", "|---|---|", *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_tables(module: Path) -> str:
    """A module's README with its tables as they should be."""
    text = (module / "README.md").read_text()
    for name, table in (("inputs", input_table(module)), ("outputs", output_table(module))):
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, found, rest = text.partition(begin)
        _, closed, tail = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{module / 'README.md'} has no place for its {name}: {begin} ... {end}")
        text = f"{head}{begin}\n{table}\n{end}{tail}"
    return text


def main() -> None:
    for module in MODULES:
        (module / "README.md").write_text(with_tables(module))


if __name__ == "__main__":
    main()
