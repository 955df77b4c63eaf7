"""What botocore's files say is in memory once, whoever asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
from moto.core.utils import get_service_model

from localalb.control_plane import service_models


def loader() -> Any:
    return botocore.session.Session().get_component("data_loader")


def test_sessions_and_moto_share_what_is_read() -> None:
    model = loader().load_service_model("elbv2", "service-2")
    assert loader().load_service_model("elbv2", "service-2") is model
    moto: Any = get_service_model("elbv2")
    assert moto._service_description is model


def test_a_model_has_no_prose() -> None:
    model = loader().load_service_model("elbv2", "service-2")
    rule = model["shapes"]["CreateRuleInput"]
    assert rule["members"]["Priority"] == {"shape": "RulePriority", "documentation": ""}
    assert rule["required"] == ["ListenerArn", "Conditions", "Priority", "Actions"]


def test_a_member_may_be_named_like_prose(tmp_path: Path) -> None:
    members = {"documentation": {"shape": "Text", "documentation": "What it says."}}
    (tmp_path / "service-2.json").write_text(json.dumps({"members": members}))
    read = service_models.Files().load_file(str(tmp_path / "service-2"))
    assert read == {"members": {"documentation": {"shape": "Text", "documentation": ""}}}


def test_a_client_finds_what_it_needs() -> None:
    """botocore wants prose of the parameters of a client; S3 has some."""
    model: Any = botocore.session.Session().get_service_model("s3")
    assert [each.documentation for each in model.client_context_parameters][:1] == [""]


def test_it_has_what_moto_answers_with() -> None:
    assert "AuthFailure" in loader().load_service_model("ec2", "service-2")["shapes"]
