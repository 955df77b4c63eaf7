"""The root module and its parts say the same where they say the same thing, and the READMEs say it too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hcl import MODULES, ROOT, Variable, outputs, variables, with_tables

# (module, input, what may differ): why. Whatever is not listed is equal to the root's input of that name.
DIFFERENT = {
    ("package", "name", "all"): "the zip's name; the root's is of four things and may be null",
    ("package", "source_dir", "all"): "required: only the root has another source to take",
    ("package", "exclude", "all"): "the root's null means this default",
    ("package", "runtime", "default description"): "required, and part of the digest",
    ("package", "architecture", "default description"): "required, and part of the digest",
    ("function", "name", "all"): "a function's name may have 64 characters",
    ("function", "handler", "all"): "null with an image",
    ("function", "runtime", "all"): "null with an image",
    ("function", "architecture", "default"): "required: the package was built for one",
    ("function", "image_uri", "description"): "here it excludes filename, in the root source_dir",
    ("function", "timeout", "validations"): "the root knows the load balancer's idle_timeout",
    ("package", "handler", "all"): "here to be found in source_dir, if at all",
    ("target", "name", "all"): "required: the root has a name for it",
    ("target", "health_check", "validations"): "the root knows the function's timeout",
    ("alarms", "alias", "all"): "of a function that is there already",
    ("alarms", "name", "all"): "a prefix of the alarms' names, and required",
    ("log-bucket", "name", "all"): "a bucket's name, unlike any other's in the world",
    ("load-balancer", "name", "all"): "required: the root has a name for it",
    ("load-balancer", "vpc_id", "all"): "the root knows the default VPC",
    ("load-balancer", "subnet_ids", "all"): "the root knows the default VPC",
}
# Where code lies and how it is packaged is read at plan.
AT_PLAN = (
    {"source_dir", "exclude", "python", "compress", "handler", "runtime"}
    | {
        "package_file",
        "package_s3",
        "image_uri",
    }
    | {"allowed_cidr_blocks"}
)  # whose blocks are names of rules; ingress_rules may be unknown
SHARED = [
    (module.name, each)
    for module in MODULES[1:]
    for each in variables(module)
    if each.name in {root.name for root in variables(ROOT)}
]


def differences(one: Variable, other: Variable) -> set[str]:
    names = ("description", "type", "default", "nullable", "validations")
    return {name for name in names if getattr(one, name) != getattr(other, name)}


@pytest.mark.parametrize(("module", "own"), SHARED, ids=lambda part: getattr(part, "name", part))
def test_same_named_inputs_are_the_same(module: str, own: Variable) -> None:
    (root,) = (each for each in variables(ROOT) if each.name == own.name)
    allowed = {
        word
        for place, name, words in DIFFERENT
        if (place, name) == (module, own.name)
        for word in words.split()
    }
    found = differences(own, root)
    assert "all" in allowed or found <= allowed


def test_every_exception_is_needed() -> None:
    shared = {(module, own.name): own for module, own in SHARED}
    roots = {each.name: each for each in variables(ROOT)}
    for module, name, _ in DIFFERENT:
        assert differences(shared[module, name], roots[name]), f"{name} of {module} no longer differs"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_tables_are_up_to_date(module: Path) -> None:
    assert (module / "README.md").read_text() == with_tables(module), "run `make docs`"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_everything_is_described(module: Path) -> None:
    described = {each.name: each.description for each in variables(module)}
    described |= {each.name: each.description for each in outputs(module)}
    assert all(described.values())


def test_what_needs_a_load_balancer_is_known() -> None:
    """`create_load_balancer = false` refuses each input about the load balancer, by name."""
    text = (ROOT / "variables_load_balancer.tf").read_text()
    listed = re.search(r"load_balancer_inputs = \[for name, given in \{\n(.*?)\n *\} :", text, re.S)
    assert listed
    named = set(re.findall(r"^ *(\w+) +=", listed[1], re.M))
    about = {each.name for each in variables(ROOT) if each.group in ("Load balancer", "Network")}
    assert named == (about | {"access_logs", "connection_logs"}) - {"create_load_balancer"}


def test_every_input_is_in_the_table_of_values() -> None:
    """tests/terraform/values/root gives each input a value that is unknown, or a secret."""
    text = (ROOT / "tests/terraform/values/root/main.tf").read_text()
    given = set(re.findall(r"^  (\w+) +=", text, re.M))
    assert {each.name for each in variables(ROOT)} - given == AT_PLAN
