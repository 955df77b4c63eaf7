"""`python -m tests.provider`: check all that our HCL uses of the AWS provider against provider 6.

Every block and argument exists there and can be set, every required one is given, every attribute that is
read or mocked exists, and nothing is deprecated. The schema comes from npm, as the bindings that are
published of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from functools import cache
from pathlib import Path

from localalb.stacks.home import NAME
from localalb.stacks.terraform import PROVIDER, Terraform, TerraformError
from tests.provider import bindings, deprecations, npm, usage
from tests.provider.check import Deprecated, Problem, problems
from tests.provider.usage import Block, Kind, Read

ROOT = Path(__file__).parents[2]
HOME = ROOT / NAME / "tests"
BINDINGS = "@cdktn/provider-aws@25.7.0"
PULUMI = "@pulumi/aws@7.48.0"


def used() -> tuple[list[Block], list[Read], list[Read]]:
    """Every block, every attribute read, every attribute mocked."""
    hidden = (".venv", ".localalb", ".terraform", ".package")
    paths = [path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.tf"))]
    own = {str(path): (ROOT / path).read_text() for path in paths if not {*path.parts} & {*hidden}}
    mocks = {path.name: path.read_text() for path in sorted(ROOT.glob("tests/mocks/*.tfmock.hcl"))}
    return (
        [each for name, text in own.items() for each in usage.blocks(text, name)],
        [each for name, text in own.items() for each in usage.reads(text, name)],
        [each for name, text in mocks.items() for each in usage.mocked(text, name)],
    )


def schemas(kinds: Collection[Kind]) -> tuple[str, dict[Kind, bindings.Schema]]:
    """Which provider the bindings are of, and what it says of each; what it does not have is left out."""
    files = {kind: bindings.file(kind) for kind in kinds}
    texts = npm.texts(npm.package(BINDINGS), {"package/package.json", *files.values()}.__contains__)
    version = json.loads(texts["package/package.json"])["cdktn"]["provider"]["version"]
    return version, {kind: bindings.schema(texts[file]) for kind, file in files.items() if file in texts}


def deprecated() -> Deprecated:
    """By the schema of the provider that is installed here, and by @pulumi/aws of provider 6."""
    terraform = Terraform(ROOT, HOME, state=HOME / "provider.tfstate")
    terraform.init()
    answer = terraform.run("providers", "schema", "-json", capture=True).stdout
    provider = json.loads(answer)["provider_schemas"][str(PROVIDER)]
    installed = {"resource": provider["resource_schemas"], "data": provider["data_source_schemas"]}
    pulumi = npm.texts(npm.package(PULUMI), lambda name: name.endswith(".d.ts"))
    nested = cache(lambda name: deprecations.interface(pulumi["package/types/input.d.ts"], name))

    def reason(kind: Kind, path: deprecations.Path) -> str | None:
        schema = installed[kind.mode].get(kind.type)
        if schema and path in deprecations.in_schema(schema["block"]):
            return "its own schema says so"
        file = next((file for file in deprecations.files(kind) if file in pulumi), None)
        if file is None:
            raise npm.Unavailable(f"{PULUMI} has no {kind.mode} {kind.type} where it should be: see NAMES")
        return deprecations.in_pulumi(pulumi[file], nested, path)

    return reason


def row(kind: Kind, blocks: list[Block], reads: list[Read], found: list[Problem]) -> str:
    arguments = {
        (block.path, argument) for block in blocks if block.kind == kind for argument in block.arguments
    }
    attributes = {read.attribute for read in reads if read.kind == kind}
    wrong = sum(problem.kind == kind for problem in found)
    return f"{kind.mode:8}  {kind.type:42}  {len(arguments):9}  {len(attributes):10}  {wrong or '-':>5}"


def main() -> int:
    blocks, reads, mocks = used()
    kinds = sorted({*(each.kind for each in blocks), *(each.kind for each in [*reads, *mocks])})
    try:
        version, known = schemas(kinds)
        found = list(problems(blocks, reads, mocks, known, deprecated()))
    except (npm.Unavailable, TerraformError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"hashicorp/aws {version}\n\n{'':8}  {'':42}  arguments  attributes  wrong")
    for kind in kinds:
        print(row(kind, blocks, [*reads, *mocks], found))
    print()
    for problem in found:
        print(f"{problem.place}: {problem.kind.mode} {problem.kind.type}: {problem.text}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
