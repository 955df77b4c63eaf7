"""No AWS setting of the caller's gets near a local cloud."""

from __future__ import annotations

import os
import subprocess

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.stacks.isolation import DEFAULT_REGION, Endpoint, exports, isolate, isolated, region, settings

ENDPOINT = Endpoint("http://127.0.0.1:5000", "LKIAKEY")
CALLERS = {
    "AWS_PROFILE": "real",
    "AWS_DEFAULT_PROFILE": "real",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_SECURITY_TOKEN": "real",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/real",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/real",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://real",
    "AWS_CONFIG_FILE": "/real",
    "AWS_SHARED_CREDENTIALS_FILE": "/real",
    "AWS_ENDPOINT_URL": "https://real",
    "AWS_ENDPOINT_URL_S3": "https://real",
    "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2": "https://real",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/real",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://real",
    "AWS_RETRY_MODE": "adaptive",
}


def test_no_variable_of_the_shell_survives() -> None:
    environ = isolated(CALLERS | {"HOME": "/home/me", "TF_VAR_name": "x", "PATH": "/bin"}, ENDPOINT)
    assert "real" not in " ".join(environ.values())
    assert {name for name in environ if name.startswith("AWS_")} == set(settings(ENDPOINT))
    assert environ["AWS_ENDPOINT_URL"] == ENDPOINT.url
    assert environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "false"
    assert environ["AWS_CONFIG_FILE"] == environ["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert environ["AWS_EC2_METADATA_DISABLED"] == "true"


def test_everything_else_does() -> None:
    others = {"HOME": "/home/me", "TF_VAR_name": "x", "PATH": "/bin", "LAWS_": "1"}
    assert others.items() <= isolated(others, ENDPOINT).items()


@hypothesis.settings(max_examples=30)
@given(st.dictionaries(st.text(min_size=1), st.text()), st.dictionaries(st.text(), st.text()))
def test_aws_variables_are_always_the_same(others: dict[str, str], aws: dict[str, str]) -> None:
    callers = others | {f"AWS_{name}": value for name, value in aws.items()}
    environ = isolated(callers, ENDPOINT)
    kept = {name: value for name, value in environ.items() if name.startswith("AWS_")}
    assert kept == settings(ENDPOINT, region(callers))


def test_isolated_leaves_its_argument_alone() -> None:
    callers = dict(CALLERS)
    isolated(callers, ENDPOINT)
    assert callers == CALLERS


REGIONS: list[tuple[dict[str, str], str]] = [
    ({}, DEFAULT_REGION),
    ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
    ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
    ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
    ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
]


@pytest.mark.parametrize(("environ", "expected"), REGIONS)
def test_region_is_the_callers(environ: dict[str, str], expected: str) -> None:
    assert region(environ) == expected
    made = isolated(environ, ENDPOINT)
    assert made["AWS_REGION"] == made["AWS_DEFAULT_REGION"] == expected


def test_isolate_changes_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = CALLERS | {"HOME": "/home/me"}
    monkeypatch.setattr(os, "environ", environ)
    isolate(ENDPOINT)
    assert os.environ == isolated(CALLERS | {"HOME": "/home/me"}, ENDPOINT)


def test_exports_in_a_shell_point_every_service_here() -> None:
    """A shell keeps what is not exported anew, so endpoints of single services are."""
    script = "\n".join([*exports(CALLERS, ENDPOINT), "env"])
    output = subprocess.check_output(["/bin/sh", "-c", script], env=CALLERS, text=True)
    environ = dict(line.split("=", 1) for line in output.splitlines())
    assert settings(ENDPOINT).items() <= environ.items()
    endpoints = {name: value for name, value in environ.items() if name.startswith("AWS_ENDPOINT_URL")}
    assert set(endpoints) == {name for name in CALLERS if name.startswith("AWS_ENDPOINT_URL")}
    assert set(endpoints.values()) == {ENDPOINT.url}
    assert not {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} & set(environ)


def test_exports_keep_the_region() -> None:
    assert "export AWS_REGION=eu-west-1" in exports({"AWS_REGION": "eu-west-1"}, ENDPOINT)
