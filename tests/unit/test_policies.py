"""What is made of checkov's findings, of the exceptions from them, and of the plans it reads."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.hcl import ROOT
from tests.policies.check import UNKNOWN, exceptions, findings, with_unknown, wrong

CONFIG = """\
# CKV_AWS_1
skip-path:
  - tests
skip-check:
  - CKV_AWS_2 # https: needs a certificate
  - CKV2_AWS_20
"""
ONE = {
    "check_type": "terraform",
    "results": {
        "failed_checks": [{"check_id": "CKV_AWS_2", "resource": "aws_lb.this", "check_name": "HTTPS"}]
    },
}
NOTHING = {"passed": 0, "failed": 0, "resource_count": 0}  # as checkov says it where it read nothing


def test_exceptions_have_reasons() -> None:
    assert exceptions(CONFIG) == {"CKV_AWS_2": "https: needs a certificate", "CKV2_AWS_20": ""}


@pytest.mark.parametrize("report", [ONE, [ONE, NOTHING]])
def test_findings(report: Any) -> None:
    assert findings(report) == [("CKV_AWS_2", "aws_lb.this: HTTPS")]


def test_a_report_without_findings() -> None:
    assert findings(NOTHING) == []


def test_a_file_that_cannot_be_read_is_a_finding() -> None:
    unread = {"results": {"failed_checks": [], "parsing_errors": ["/main.tf"]}}
    assert list(wrong(findings(unread), {})) == ["unread /main.tf"]


WRONG: list[tuple[list[str], dict[str, str], list[str]]] = [
    ([], {}, []),
    (["CKV_AWS_2", "CKV_AWS_2"], {"CKV_AWS_2": "because"}, []),
    (["CKV_AWS_2"], {}, ["CKV_AWS_2 aws_lb.this"]),
    (["CKV_AWS_2"], {"CKV_AWS_2": ""}, ["CKV_AWS_2 is skipped in .checkov.yaml without a reason behind it"]),
    (
        [],
        {"CKV_AWS_2": "because"},
        ["CKV_AWS_2 is skipped in .checkov.yaml, but nothing fails it any more: remove the line"],
    ),
]


@pytest.mark.parametrize(("found", "excepted", "problems"), WRONG)
def test_what_is_wrong(found: list[str], excepted: dict[str, str], problems: list[str]) -> None:
    assert list(wrong([(policy, "aws_lb.this") for policy in found], excepted)) == problems


PLAN: dict[str, Any] = {
    "planned_values": {
        "outputs": {},
        "root_module": {
            "resources": [{"address": "aws_kms_key.this", "values": {"description": "logs"}}],
            "child_modules": [
                {
                    "resources": [],
                    "child_modules": [
                        {
                            "resources": [
                                {
                                    "address": 'module.many["a.b"].module.logs[0].aws_s3_bucket.this',
                                    "values": {"tags": None},
                                }
                            ]
                        }
                    ],
                }
            ],
        },
    },
    "resource_changes": [
        {"address": "aws_kms_key.this", "change": {"after_unknown": {"arn": True}}},
        {
            "address": 'module.many["a.b"].module.logs[0].aws_s3_bucket.this',
            "change": {"after_unknown": {"kms_key_id": True, "logging": True, "tags": {}, "grants": [True]}},
        },
    ],
    "configuration": {
        "root_module": {
            "resources": [{"address": "aws_kms_key.this", "expressions": {"description": {}}}],
            "module_calls": {
                "many": {
                    "module": {
                        "module_calls": {
                            "logs": {
                                "module": {
                                    "resources": [
                                        {
                                            "address": "aws_s3_bucket.this",
                                            "expressions": {"kms_key_id": {}, "tags": {}, "grants": {}},
                                        }
                                    ]
                                }
                            }
                        }
                    }
                }
            },
        }
    },
}


def test_what_is_given_but_unknown_has_a_value() -> None:
    """And what the provider computes, such as arn and logging here, has none."""
    root = with_unknown(PLAN)["planned_values"]["root_module"]
    assert root["resources"][0]["values"] == {"description": "logs"}
    (bucket,) = root["child_modules"][0]["child_modules"][0]["resources"]
    assert bucket["values"] == {"tags": None, "kms_key_id": UNKNOWN}


def test_a_plan_of_nothing() -> None:
    assert with_unknown({"format_version": "1.2"})["format_version"] == "1.2"


def test_every_exception_in_the_repository_has_a_reason() -> None:
    """In HCL, behind the policy; in .checkov.yaml too."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "*.tf", "*.checkov.yaml"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listing.stdout.decode().split("\0")):
        text = (ROOT / name).read_text()
        assert "" not in exceptions(text).values(), name
        for line in text.splitlines():
            if "checkov:skip=" in line:
                assert len(line.split(":", 2)[2].split()) > 3, f"{name}: {line}"
