"""What rows about logs, layers and event sources presuppose: buckets, versions of a layer, queues."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.zips import zipped

PREFIX = "localalb-conformance-"
FAR = "eu-west-1"  # a region that is not the world's
Clients = Callable[[str, str], Any]  # of a service and a region


def build(client: Clients, region: str) -> dict[str, str]:
    """The ids of them by their names in the rows."""
    account = client("sts", region).get_caller_identity()["Account"]
    ids = _queues(client("sqs", region))
    for name, place in (("open", region), ("closed", region), ("far", FAR)):
        ids[name] = f"{PREFIX}{name}-{uuid4().hex[:12]}"
        client("s3", place).create_bucket(
            Bucket=ids[name], CreateBucketConfiguration={"LocationConstraint": place}
        )
    open_to_load_balancers(client("s3", region), account, ids["open"], "logs/")
    for number in (1, 2):
        made = client("lambda", region).publish_layer_version(
            LayerName=PREFIX + "layer", Content={"ZipFile": zipped({"a.py": ""})}
        )
        ids[f"layer.{number}"] = made["LayerVersionArn"]
    return ids


def _queues(sqs: Any) -> dict[str, str]:
    ids: dict[str, str] = {}
    for name, seconds in (("queue", "30"), ("fast", "1")):
        url = sqs.create_queue(QueueName=PREFIX + name, Attributes={"VisibilityTimeout": seconds})["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        ids[name] = found["Attributes"]["QueueArn"]
    return ids


def open_to_load_balancers(s3: Any, account: str, bucket: str, prefix: str = "") -> None:
    """Let load balancers write logs into a bucket, as the user guide has it ("Access logs", step 2)."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{prefix}AWSLogs/{account}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def remove(client: Clients, region: str) -> None:
    """Remove what has the prefix."""
    for place in (region, FAR):
        s3 = client("s3", place)
        for each in s3.list_buckets()["Buckets"]:
            if each["Name"].startswith(PREFIX) and _region(s3, each["Name"]) == place:
                for stored in s3.list_objects_v2(Bucket=each["Name"]).get("Contents", ()):
                    s3.delete_object(Bucket=each["Name"], Key=stored["Key"])
                s3.delete_bucket(Bucket=each["Name"])
    sqs = client("sqs", region)
    for url in sqs.list_queues(QueueNamePrefix=PREFIX).get("QueueUrls", ()):
        sqs.delete_queue(QueueUrl=url)
    functions = client("lambda", region)
    for page in functions.get_paginator("list_layer_versions").paginate(LayerName=PREFIX + "layer"):
        for version in page["LayerVersions"]:
            functions.delete_layer_version(LayerName=PREFIX + "layer", VersionNumber=version["Version"])


def _region(s3: Any, bucket: str) -> str:
    return str(s3.get_bucket_location(Bucket=bucket)["LocationConstraint"])
