"""The AWS provider blocks of a Terraform directory, and what takes a real account out of them.

A block may name a profile, files with credentials, keys or an endpoint, each as a variable too, and each wins
over the environment. An override sets those arguments to null: the provider then does as the environment
says (Terraform, "Override Files": arguments replace those of the same name).

A module's blocks are not overridden, since its directory may be anybody's. For their profiles, and for what
scripts of the stack name, each string of the HCL that could be a profile's name is one in a file of ours,
with this cloud's credentials. A name too many does no harm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from localalb.stacks.overlay import OVERRIDE

# Arguments of the provider that lead to an account, or past the local endpoint.
FILES = frozenset({"shared_config_files", "shared_credentials_files", "shared_credentials_file"})
ACCOUNT = FILES | {"profile", "access_key", "secret_key", "token", "http_proxy", "https_proxy"}
ENDPOINTS = "endpoints"  # a block: an override's replaces all
_NAME = re.compile(r'"([\w.@+-]{1,64})"')
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
      | (?P<heredoc><<-?(?P<mark>[\w-]+)[ \t\r]*\n.*?^[ \t]*(?P=mark)\b)
      | "|[\w-]+|==|=>|[{}()\[\]=]""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_LITERAL = re.compile(r'(?:[^"\\$%]|\\.|\$\$\{|%%\{|[$%](?!\{))*', re.DOTALL)
Arguments = dict[str, set[str]]  # of a directory's provider blocks, by alias; "" has none


def override(directory: Path) -> str:
    """The provider blocks that an override file needs, so that no block of the directory's own means an
    account."""
    found, overridden = Arguments(), Arguments()
    for path in _files(directory):
        name = path.name.partition(".")[0]
        into = overridden if name == "override" or name.endswith("_override") else found
        for alias, arguments in _blocks(path):
            into.setdefault(alias, set()).update(arguments)
    blocks = []
    for alias, own in sorted(found.items()):
        named = own | overridden.get(alias, set())
        values = {"alias": f'"{alias}"'} if alias else {}
        values |= dict.fromkeys(sorted(named & ACCOUNT), "null")
        width = max(map(len, values), default=0)  # as `terraform fmt`, which may be the command, wants it
        lines = [f"{name:{width}} = {value}" for name, value in values.items()]
        lines += [f"{ENDPOINTS} {{}}"] if ENDPOINTS in named else []
        if named & (ACCOUNT | {ENDPOINTS}):
            blocks.append("\n  ".join(['provider "aws" {', *lines]) + "\n}\n")
    return "".join(blocks)


def files_named(module: Path) -> set[str]:
    """The arguments of a module's provider blocks that name files with credentials."""
    return {name for path in _files(module) for _, arguments in _blocks(path) for name in arguments & FILES}


def possible_profiles(directory: Path) -> set[str]:
    """Each string of a directory's HCL, variable files included, that could be a profile's name."""
    paths = [path for path in _theirs(directory) if "tfstate" not in path.name]
    return {
        name for path in paths for name in _NAME.findall(path.read_text(encoding="utf-8", errors="replace"))
    }


def _files(directory: Path) -> list[Path]:
    return [path for path in _theirs(directory) if path.name.endswith((".tf", ".tf.json"))]


def _theirs(directory: Path) -> list[Path]:
    """The directory's own files: what another command has laid over it may be gone before it is read."""
    paths = sorted(directory.glob("*.tf*"))
    return [path for path in paths if path.name != OVERRIDE and path.is_file()]


def _blocks(path: Path) -> Iterator[tuple[str, set[str]]]:
    """The alias of each block in a file, and the arguments and blocks in it."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".json":
        yield from hcl(text)
        return
    try:
        blocks = json.loads(text)["provider"]["aws"]
    except (ValueError, LookupError, TypeError):  # no provider here; what is wrong, Terraform says
        return
    for block in blocks if isinstance(blocks, list) else [blocks]:
        if isinstance(block, dict):
            yield str(block.get("alias", "")), {str(name) for name in block}


def hcl(text: str) -> Iterator[tuple[str, set[str]]]:
    """The same of HCL."""
    tokens = [token for token, _ in _tokens(text)]
    depth, inside, alias = 0, False, ""
    arguments: set[str] = set()
    for place, token in enumerate(tokens):
        before, after = tokens[max(place - 2, 0) : place], tokens[place + 1 : place + 3]
        if token in ("{", "(", "["):
            if depth == 0 and before in (["provider", '"aws"'], ["provider", "aws"]):
                inside, alias, arguments = True, "", set()
            depth += 1
        elif token in ("}", ")", "]"):
            depth -= 1
            if inside and depth == 0:
                yield alias, arguments
                inside = False
        elif inside and depth == 1 and after[:1] in (["="], ["{"]):
            arguments.add(token.strip('"'))  # the label of a `dynamic` too
            if token == "alias":
                alias = after[1].strip('"')


def _tokens(text: str, at: int = 0) -> Iterator[tuple[str, int]]:
    """Words, strings and brackets, each with the place behind it; neither comments nor heredocs."""
    while match := _TOKEN.search(text, at):
        at = _behind_string(text, match.end()) if match[0] == '"' else match.end()
        if not match["comment"] and not match["heredoc"]:
            yield text[match.start() : at], at


def _behind_string(text: str, at: int) -> int:
    """The place behind a string that was opened before `at`. An expression in it may hold strings."""
    while True:
        literal = _LITERAL.match(text, at)
        at = literal.end() if literal else at
        if text[at : at + 1] in ('"', "", "\\"):
            return at + 1
        at = _behind_expression(text, at + 2)


def _behind_expression(text: str, at: int) -> int:
    depth = 1
    for token, behind in _tokens(text, at):
        depth += (token == "{") - (token == "}")
        if depth == 0:
            return behind
    return len(text)
