"""The methods of moto that localalb replaces are those it was written for.

A newer moto with another signature fails here and not in somebody's stack. To raise moto's version: read what
changed in each method, mend its replacement, then write the new signature down.
"""

from __future__ import annotations

import inspect
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import moto.iam.models as iam
import pytest
from botocore.model import OperationModel
from botocore.model import ServiceModel as BotocoreServiceModel
from moto.core.base_backend import BackendDict
from moto.core.model import ServiceModel
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.logs.models import LogEvent

from localalb.control_plane import moto_seams
from localalb.control_plane.moto_seams import ADDITIONS, SEAMS, teach
from localalb.control_plane.refusals import ADDED, FUNCTIONS, LOAD_BALANCING
from localalb.control_plane.refusing import method

SIGNATURES = {
    "ELBv2Backend.create_load_balancer": (
        "self name security_groups subnet_ids subnet_mappings scheme loadbalancer_type ip_address_type tags"
    ),
    "ELBv2Backend.create_target_group": "self name kwargs",
    "ELBv2Backend.modify_target_group": (
        "self arn health_check_proto health_check_port health_check_path health_check_interval "
        "health_check_timeout healthy_threshold_count unhealthy_threshold_count http_codes "
        "health_check_enabled"
    ),
    "ELBv2Backend._get_resource_by_arn": "self arn",
    "ELBv2Backend._validate_conditions": "self conditions",
    "ELBv2Backend.modify_load_balancer_attributes": "self arn attrs",
    "ELBV2Response.describe_capacity_reservation": "self",
    "ELBV2Response.describe_ssl_policies": "self",
    "CognitoIdpUserPool.update_extended_config": "self extended_config",
    "FakeBucket.get_permission": "self action resource",
    "ELBv2Backend.create_listener": (
        "self load_balancer_arn protocol port ssl_policy certificate actions alpn_policy tags"
    ),
    "FakeTargetGroup.health_for": "self target ec2_backend",
    "FakeAction.__init__": "self data",
    "ELBv2Backend._validate_actions": "self actions",
    "ELBv2Backend.modify_rule": "self rule_arn conditions actions",
    "ELBv2Backend.modify_listener": "self arn port protocol ssl_policy certificates actions",
    "FakeTargetGroup.register": "self targets",
    "FakeTargetGroup.deregister": "self targets",
    "FakeTargetGroup.deregister_terminated_instances": "self instance_ids",
    "ELBv2Backend.describe_target_health": "self target_group_arn targets",
    "LambdaFunction.__init__": "self account_id spec region version",
    "LambdaFunction.set_version": "self version",
    "LambdaFunction.update_configuration": "self config_updates",
    "LambdaFunction.get_configuration": "self on_create",
    "LambdaFunction._set_function_code": "self updated_spec",
    "LambdaFunction._get_layers_data": "self layers_versions_arns",
    "LambdaBackend.invoke": "self function_name qualifier body headers response_headers",
    "LambdaBackend.add_permission": "self function_name qualifier raw",
    "LambdaBackend.get_policy": "self function_name qualifier",
    "LambdaBackend.update_alias": "self name function_name function_version description routing_config",
    "LambdaBackend.delete_alias": "self name function_name",
    "LambdaBackend.delete_function": "self function_name qualifier",
    "LambdaResponse.remove_permission": "self",
    "LambdaResponse.put_function_event_invoke_config": "self",
    "LambdaResponse.get_function_event_invoke_config": "self",
    "LambdaResponse.update_function_event_invoke_config": "self",
    "LambdaResponse.delete_function_event_invoke_config": "self",
    "LambdaResponse.list_function_event_invoke_configs": "self",
    "BaseModel.__new__": "cls args kwargs",
    "ServiceModel.operation_model": "self operation_name",
    "InstanceTypeBackend.describe_instance_types": "self instance_types filters",
    "moto.iam.models.get_account_id_from": "access_key",
    "LogGroup.put_log_events": "self log_stream_name log_events",
    "LogGroup.filter_log_events": (
        "self log_group_name log_stream_names start_time end_time limit next_token filter_pattern interleaved"
    ),
    "LogStream._update": "self",
    "SecurityGroupBackend.modify_security_group_rules": "self group_id rules",
    "SecurityGroupRule.__init__": (
        "self ec2_backend ip_protocol group_id from_port to_port ip_range source_group prefix_list_id "
        "is_egress tags"
    ),
    "SecurityGroupRule.description": "self",
    "CloudWatchBackend.get_all_metrics": "self",
    "CloudWatchBackend.get_metric_data": "self queries start_time end_time scan_by",
    "CloudWatchResponse.get_metric_statistics": "self",
    "CloudWatchResponse.describe_alarms": "self",
    "CloudWatchResponse.describe_alarms_for_metric": "self",
    **{f"ELBV2Response.{method(each)}": "self" for each in LOAD_BALANCING if each not in ADDED},
    **{f"LambdaResponse.{method(each)}": "self" for each in FUNCTIONS if each not in ADDED},
}


def test_every_seam_has_its_signature_here() -> None:
    assert {f"{owner.__name__}.{name}" for owner, name in SEAMS} == set(SIGNATURES)


@pytest.mark.parametrize(("owner", "name"), SEAMS, ids=lambda part: getattr(part, "__name__", part))
def test_the_signature_of_a_seam(owner: Any, name: str) -> None:
    method = vars(owner)[name]
    parameters = inspect.signature(getattr(method, "fget", method)).parameters
    assert " ".join(parameters) == SIGNATURES[f"{owner.__name__}.{name}"]


@pytest.mark.parametrize(("owner", "name"), ADDITIONS, ids=lambda part: getattr(part, "__name__", part))
def test_an_addition_is_still_needed(owner: Any, name: str) -> None:
    assert not hasattr(owner, name), "moto has it now: drop localalb's"


def test_what_is_deleted_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud of many requests would grow by three log events with each."""
    for owner, name, replacement in moto_seams.models():
        monkeypatch.setattr(owner, name, replacement)
    event = LogEvent(0, {"timestamp": 0, "message": "gone"})
    seen = weakref.ref(event)
    del event
    assert seen() is None


def test_a_key_is_looked_for_where_something_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking into a partition makes it: AWS's own policies, 5 MB."""
    for owner, name, replacement in moto_seams.accounts():
        monkeypatch.setattr(owner, name, replacement)
    backends = BackendDict(
        iam.IAMBackend, "iam", use_boto3_regions=False, additional_regions=["aws", "aws-cn"]
    )
    monkeypatch.setattr(iam, "iam_backends", backends)
    assert iam.get_account_id_from("AKIA") == DEFAULT_ACCOUNT_ID
    backends["210987654321"]["aws"].create_user("us-east-1", "anna")
    key = backends["210987654321"]["aws"].create_access_key("anna").access_key_id
    assert iam.get_account_id_from(key) == "210987654321"
    assert iam.get_account_id_from("AKIA") == DEFAULT_ACCOUNT_ID
    assert list(backends["210987654321"]) == ["aws"]


def test_a_seam_that_is_gone_stops_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    class Backend:
        """A moto in which the method has another name."""

    monkeypatch.setattr(moto_seams, "SEAMS", (*SEAMS, (Backend, "invoke")))
    nothing: Any = None
    with pytest.raises(RuntimeError, match=r"has no Backend\.invoke, which localalb replaces"):
        teach(nothing)


def test_two_threads_get_the_same_kind_of_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    """One asks while the other has made no more than what botocore's class holds."""
    for owner, name, replacement in moto_seams.operation_models():
        monkeypatch.setattr(owner, name, replacement)
    model = ServiceModel({"metadata": {}, "operations": {"Do": {"name": "Do", "http": {}}}}, "x")
    half, other = Event(), Event()
    made = BotocoreServiceModel.operation_model

    def slow(self: BotocoreServiceModel, operation_name: str) -> OperationModel:
        found = made(self, operation_name)
        half.set()
        other.wait(0.2)
        return found

    monkeypatch.setattr(BotocoreServiceModel, "operation_model", slow)
    with ThreadPoolExecutor(2) as executor:
        first = executor.submit(model.operation_model, "Do")
        half.wait()
        second = executor.submit(model.operation_model, "Do")
        second.add_done_callback(lambda _: other.set())
    assert type(first.result()) is type(second.result())
