"""What localalb does not do: each line under Missing in docs/fidelity.md (tests/cases/missing.py)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.certificates import Authority
from tests.cloud.conftest import Deploy
from tests.sites import RUNTIME, Site, Sites, fixed, payload
from tests.zips import zipped


def secure(deploy: Deploy, cloud: Sites, authority: Authority) -> Site:
    issued = authority.issue("missing.example.com")
    return deploy(port=443, certificate=issued.imported(cloud.client("acm")))


def test_a_security_policy_of_rfc_9151_is_not_known(
    cloud: Sites, deploy: Deploy, authority: Authority
) -> None:
    site = secure(deploy, cloud, authority)
    name = "ELBSecurityPolicy-TLS13-1-2-RFC9151-FIPS-2023-07"
    with pytest.raises(ClientError) as caught:
        cloud.elbv2.modify_listener(ListenerArn=site.listener, SslPolicy=name)
    assert caught.value.response["Error"]["Code"] == "SSLPolicyNotFound"


def test_a_web_acl_refuses_nobody(cloud: Sites, deploy: Deploy) -> None:
    site = deploy()
    waf = cloud.client("wafv2")
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "all"}
    made = waf.create_web_acl(
        Name=site.name, Scope="REGIONAL", DefaultAction={"Block": {}}, VisibilityConfig=seen, Rules=[]
    )
    waf.associate_web_acl(WebACLArn=made["Summary"]["ARN"], ResourceArn=site.load_balancer)
    found = waf.get_web_acl_for_resource(ResourceArn=site.load_balancer)
    assert found["WebACL"]["DefaultAction"] == {"Block": {}}
    assert site.ask().status_code == 200


def test_capacity_and_zonal_shift_are_kept(cloud: Sites, deploy: Deploy) -> None:
    site = deploy()
    cloud.elbv2.modify_capacity_reservation(
        LoadBalancerArn=site.load_balancer, MinimumLoadBalancerCapacity={"CapacityUnits": 100}
    )
    found = cloud.elbv2.describe_capacity_reservation(LoadBalancerArn=site.load_balancer)
    assert found["MinimumLoadBalancerCapacity"] == {"CapacityUnits": 100}
    wanted = {"zonal_shift.config.enabled": "true"}
    cloud.configure(site.load_balancer, wanted)
    kept = cloud.elbv2.describe_load_balancer_attributes(LoadBalancerArn=site.load_balancer)["Attributes"]
    assert {each["Key"]: each["Value"] for each in kept if each["Key"] in wanted} == wanted
    assert site.ask().status_code == 200


def test_environments_share_this_machines_tmp(cloud: Sites, tmp_path: Path) -> None:
    code = (
        "import os, tempfile\ndef handler(event, context):\n"
        "    return [os.path.exists(event['mine']), tempfile.gettempdir(), os.environ['TMPDIR']]\n"
    )
    seen = []
    for _ in range(2):
        name = cloud.name("tmp")
        cloud.function(code, name=name)
        payload_of = json.dumps({"mine": str(tmp_path)})
        shared, place, named = payload(cloud.functions.invoke(FunctionName=name, Payload=payload_of))
        assert shared
        assert place == named
        seen.append(place)
    assert len(set(seen)) == 2


def test_layers_are_not_below_opt(cloud: Sites) -> None:
    layer = cloud.functions.publish_layer_version(
        LayerName="opt", Content={"ZipFile": zipped({"python/of_opt.py": "WHERE = __file__\n"})}
    )
    name = cloud.name("layers")
    code = (
        "import os\ndef handler(event, context):\n    import of_opt\n"
        "    return [os.path.exists('/opt/python/of_opt.py'), os.path.exists(of_opt.WHERE)]\n"
    )
    cloud.function(code, name=name)
    cloud.functions.update_function_configuration(FunctionName=name, Layers=[layer["LayerVersionArn"]])
    assert payload(cloud.functions.invoke(FunctionName=name)) == [False, True]


def test_settings_of_functions_of_which_nothing_comes(cloud: Sites) -> None:
    """No mount, no network of its own, no trace, a cold start in spite of a snapshot."""
    ec2, name = cloud.client("ec2"), cloud.name("settings")
    (subnet, *_) = ec2.describe_subnets()["Subnets"]
    group = ec2.create_security_group(GroupName=name, Description="one", VpcId=subnet["VpcId"])["GroupId"]
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    access_point = "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0"
    code = (
        "import os\ndef handler(event, context):\n"
        "    return {'mounted': os.path.exists('/mnt/missing'),\n"
        "            'traced': os.environ.get('AWS_XRAY_DAEMON_ADDRESS', ''), 'how': os.environ['KEPT']}\n"
    )
    settings: dict[str, Any] = {
        "VpcConfig": {"SubnetIds": [subnet["SubnetId"]], "SecurityGroupIds": [group]},
        "FileSystemConfigs": [{"Arn": access_point, "LocalMountPath": "/mnt/missing"}],
        "KMSKeyArn": key,
        "TracingConfig": {"Mode": "Active"},
        "SnapStart": {"ApplyOn": "PublishedVersions"},
    }
    made = cloud.functions.create_function(
        FunctionName=name,
        Runtime=RUNTIME,
        Role=cloud.role,
        Handler="app.handler",
        Code={"ZipFile": zipped({"app.py": code})},
        Environment={"Variables": {"KEPT": "plain"}},
        **settings,
    )
    assert made["VpcConfig"]["SubnetIds"] == [subnet["SubnetId"]]
    kept = cloud.functions.get_function_configuration(FunctionName=name)
    assert kept["KMSKeyArn"] == key
    assert kept["TracingConfig"] == {"Mode": "Active"}
    assert kept["FileSystemConfigs"] == settings["FileSystemConfigs"]
    assert kept["SnapStart"]["ApplyOn"] == "PublishedVersions"
    found = payload(cloud.functions.invoke(FunctionName=name))
    assert (found["mounted"], found["traced"], found["how"]) == (False, "", "plain")


def test_provisioned_environments_start_cold(cloud: Sites) -> None:
    """On AWS they were initialized before, and the report names no Init Duration."""
    name = cloud.name("provisioned")
    cloud.function("def handler(event, context):\n    return 1\n", name=name)
    version = cloud.functions.publish_version(FunctionName=name)["Version"]
    cloud.functions.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier=version, ProvisionedConcurrentExecutions=1
    )
    answer = cloud.functions.invoke(FunctionName=name, Qualifier=version, LogType="Tail")
    assert "Init Duration" in base64.b64decode(answer["LogResult"]).decode()


def test_nothing_answers_as_the_runtime_api(cloud: Sites) -> None:
    """On AWS the runtime and its extensions take events from there."""
    name = cloud.name("runtime")
    code = (
        "import os, urllib.request\ndef handler(event, context):\n    try:\n"
        "        url = f\"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/next\"\n"
        "        return urllib.request.build_opener().open(url, timeout=5).status\n"
        "    except OSError as error:\n        return type(error).__name__\n"
    )
    cloud.function(code, name=name)
    assert payload(cloud.functions.invoke(FunctionName=name)) == "URLError"


def test_an_alarm_does_nothing(cloud: Sites) -> None:
    """No message to its topic, no state of one on an expression, and no composite ones."""
    watch, sns, sqs = cloud.client("cloudwatch"), cloud.client("sns"), cloud.client("sqs")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    queue = sqs.create_queue(QueueName="alarms")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    watch.put_metric_data(Namespace="missing", MetricData=[{"MetricName": "rose", "Value": 5}])
    common: dict[str, Any] = {
        "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1, "EvaluationPeriods": 5,
        "DatapointsToAlarm": 1, "AlarmActions": [topic],
    }  # fmt: skip
    watch.put_metric_alarm(
        AlarmName="rose", Namespace="missing", MetricName="rose", Period=60, Statistic="Sum", **common
    )
    metric = {"Metric": {"Namespace": "missing", "MetricName": "rose"}, "Period": 60, "Stat": "Sum"}
    metrics = [
        {"Id": "a", "MetricStat": metric, "ReturnData": False},
        {"Id": "b", "Expression": "a * 2", "ReturnData": True},
    ]
    watch.put_metric_alarm(AlarmName="expression", Metrics=metrics, **common)
    with pytest.raises(ClientError, match="put_composite_alarm action has not been implemented"):
        watch.put_composite_alarm(AlarmName="composite", AlarmRule='ALARM("rose")')
    names = ["rose", "expression"]
    found = watch.describe_alarms(AlarmNames=names)
    states = {each["AlarmName"]: each.get("StateValue") for each in found["MetricAlarms"]}
    watch.delete_alarms(AlarmNames=names)
    assert states["rose"] == "ALARM"
    assert states["expression"] != "ALARM"
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


def test_metrics_that_are_not_there(cloud: Sites, deploy: Deploy) -> None:
    """No connections or processed bytes, no Availability Zones, and no zero for a minute without requests."""
    site = deploy()
    site.ask()
    cloud.record(site)
    watch = cloud.client("cloudwatch")
    balancer = site.load_balancer.partition(":loadbalancer/")[2]
    mine = [
        each
        for page in watch.get_paginator("list_metrics").paginate(Namespace="AWS/ApplicationELB")
        for each in page["Metrics"]
        if {"Name": "LoadBalancer", "Value": balancer} in each["Dimensions"]
    ]
    assert "RequestCount" in {each["MetricName"] for each in mine}
    gone = {"ActiveConnectionCount", "NewConnectionCount", "ProcessedBytes", "ConsumedLCUs"}
    assert gone.isdisjoint(each["MetricName"] for each in mine)
    assert "AvailabilityZone" not in {each["Name"] for metric in mine for each in metric["Dimensions"]}
    now = datetime.now(UTC)
    found = watch.get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName="RequestCount", Statistics=["Sum"], Period=60,
        Dimensions=[{"Name": "LoadBalancer", "Value": balancer}],
        StartTime=now - timedelta(minutes=30), EndTime=now + timedelta(minutes=1),
    )["Datapoints"]  # fmt: skip
    assert [each["Sum"] for each in found] == [1.0]


def test_every_load_balancer_is_one_address(cloud: Sites, deploy: Deploy) -> None:
    sites = [deploy(), deploy()]
    for site in sites:
        cloud.listener(site.load_balancer, fixed("second"), port=81)
    served = cloud.listeners()
    hosts = {each["address"].rpartition(":")[0] for each in served.values()}
    assert hosts == {"127.0.0.1"}
