"""The methods of moto that localalb replaces are those it was written for.

A newer moto with another signature fails here and not in somebody's stack. To raise moto's version: read what
changed in each method, mend its replacement, then write the new signature down.
"""

from __future__ import annotations

import inspect
import weakref
from typing import Any

import pytest
from moto.logs.models import LogEvent

from localalb.control_plane import moto_seams
from localalb.control_plane.moto_seams import SEAMS, teach

SIGNATURES = {
    "ELBv2Backend.create_load_balancer": (
        "self name security_groups subnet_ids subnet_mappings scheme loadbalancer_type ip_address_type tags"
    ),
    "ELBv2Backend.create_target_group": "self name kwargs",
    "FakeTargetGroup.health_for": "self target ec2_backend",
    "LambdaFunction.__init__": "self account_id spec region version",
    "LambdaFunction.update_configuration": "self config_updates",
    "LambdaFunction.get_configuration": "self on_create",
    "LambdaFunction._set_function_code": "self updated_spec",
    "LambdaBackend.invoke": "self function_name qualifier body headers response_headers",
    "LambdaResponse.invoke": "self",
    "BaseModel.__new__": "cls args kwargs",
    "LogGroup.put_log_events": "self log_stream_name log_events",
    "LogGroup.filter_log_events": (
        "self log_group_name log_stream_names start_time end_time limit next_token filter_pattern interleaved"
    ),
    "LogStream._update": "self",
}


def test_every_seam_has_its_signature_here() -> None:
    assert {f"{owner.__name__}.{name}" for owner, name in SEAMS} == set(SIGNATURES)


@pytest.mark.parametrize(("owner", "name"), SEAMS, ids=lambda part: getattr(part, "__name__", part))
def test_the_signature_of_a_seam(owner: Any, name: str) -> None:
    parameters = inspect.signature(vars(owner)[name]).parameters
    assert " ".join(parameters) == SIGNATURES[f"{owner.__name__}.{name}"]


def test_what_is_deleted_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud of many requests would grow by three log events with each."""
    for owner, name, replacement in moto_seams.models():
        monkeypatch.setattr(owner, name, replacement)
    event = LogEvent(0, {"timestamp": 0, "message": "gone"})
    seen = weakref.ref(event)
    del event
    assert seen() is None


def test_a_seam_that_is_gone_stops_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    class Backend:
        """A moto in which the method has another name."""

    monkeypatch.setattr(moto_seams, "SEAMS", (*SEAMS, (Backend, "invoke")))
    nothing: Any = None
    with pytest.raises(RuntimeError, match=r"has no Backend\.invoke, which localalb replaces"):
        teach(nothing)
