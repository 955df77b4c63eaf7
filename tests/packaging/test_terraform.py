"""Applied by Terraform: plans that are empty without a zip, machines that have none, and code that is not
ours.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from tests.packaging.scenarios import SCENARIOS, MakeCopy, applied, empty


def test_plan_shows_every_change(copy: MakeCopy) -> None:
    """A byte, a name, a requirement and the packager itself; undone, the plan is empty again."""
    files = {"app.py": "x = 1\n", "requirements.txt": "# nothing yet\n"}
    stack = copy("zip", files)
    applied(stack)
    (first,) = stack.zips()
    source = stack.directory / "src"
    packager = stack.directory / "modules" / "package" / "archive.py"
    original = packager.read_text()
    changes: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "byte": (lambda: stack.write("app.py", "x = 2\n"), lambda: stack.write("app.py", "x = 1\n")),
        "name": (
            lambda: (source / "app.py").rename(source / "App.py"),
            lambda: (source / "App.py").rename(source / "app.py"),
        ),
        "requirement": (
            lambda: stack.write("requirements.txt", "# nothing at all\n"),
            lambda: stack.write("requirements.txt", files["requirements.txt"]),
        ),
        "packager": (
            lambda: packager.write_text(original + "# changed\n"),
            lambda: packager.write_text(original),
        ),
    }
    for name, (change, undo) in changes.items():
        change()
        plan = stack.plan()
        assert plan.returncode == 2, name
        assert "digest" in plan.stdout, name
        undo()
    empty(stack)
    stack.write("app.py", "x = 2\n")
    applied(stack)
    assert len(stack.zips()) == 1, "the stale one is gone"
    assert stack.zips() != [first]


def test_two_checkouts_have_one_plan(copy: MakeCopy) -> None:
    """The state of one and the files of the other: nothing to do."""
    one, other = copy("zip"), copy("zip")
    applied(one)
    shutil.copy(one.directory / ".home" / "terraform.tfstate", other.directory / ".home")
    other.name = one.name
    empty(other)


def test_workspaces_have_zips_of_their_own(copy: MakeCopy) -> None:
    stack = copy("zip")
    applied(stack)
    stack.workspace("blue.green")
    applied(stack)
    names = [name[:-69] for name in stack.zips()]
    assert names == [stack.name, f"{stack.name}.blue.green"]


def test_built_last(copy: MakeCopy) -> None:
    """What fails before leaves no zip, which the next apply, perhaps on another machine, would not build."""
    stack = copy("zip")
    plan = stack.plan()
    assert "digest = (known after apply)" not in plan.stdout
    assert stack.apply(first="false").returncode == 1
    assert not (stack.directory / ".package").exists()
    applied(stack)
    assert len(stack.zips()) == 1


def test_compressed(copy: MakeCopy) -> None:
    """Another package, which a plan shows, and the same as before when it is undone."""
    stack = copy("zip", {"app.py": "# nothing\n" * 20_000})
    applied(stack)
    (stored,) = stack.zips()
    applied(stack, compress="true")
    (small,) = stack.zips()
    assert small != stored
    assert (stack.directory / ".package" / small).stat().st_size < 10_000
    empty(stack, compress="true")
    applied(stack)
    assert stack.zips() == [stored]


def test_destroyed_without_its_source(copy: MakeCopy) -> None:
    """Nothing is read then: a checkout without what was generated can end what another one made."""
    stack = copy("zip")
    applied(stack)
    shutil.rmtree(stack.directory / "src")
    plan = stack.plan()
    assert plan.returncode == 1
    assert "where there is no file; pass a directory" in " ".join(plan.stdout.replace("│", "").split())
    done = stack.destroy()
    assert done.returncode == 0, done.stdout
    assert "4 destroyed" in done.stdout


@pytest.mark.parametrize("name", SCENARIOS)
def test_function(begun: dict[str, Future[None]], name: str) -> None:
    begun[name].result()


def test_link_to_a_folder_it_lies_in(copy: MakeCopy) -> None:
    stack = copy("zip", {"a/app.py": ""})
    (stack.directory / "src" / "a" / "up").symlink_to("..")
    plan = stack.plan()
    assert plan.returncode == 1
    assert "that is a link to a folder it lies in" in " ".join(plan.stdout.replace("│", "").split())
