"""A local cloud of the tests' own, and load balancers with functions behind them, made with boto3 alone."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.config import Config

from localalb.stacks.home import ask
from localalb.stacks.isolation import DEFAULT_REGION, Endpoint, isolate
from localalb.stacks.start import local_cloud
from tests.waiting import WAIT, until
from tests.zips import Files, zipped

Address = tuple[str, int]

RUNTIME = "python{}.{}".format(*sys.version_info)
TIMEOUT = 60.0
ACCOUNT = "123456789012"

# 122 bytes, as captured (aws-load-balancer-controller#2541).
PAGE_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)

# Answers with the event. It sends the headers of both modes; the one that is not active is ignored.
ECHO = """
import json

def handler(event, context):
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]},
        "body": json.dumps(event),
    }
"""

# Stands at the gate whose path is in its environment before it answers.
WAITING = f"""
import os
{WAIT}
def handler(event, context):
    wait(os.environ["GATE"])
    return {{"statusCode": 200}}
"""


def says(text: str) -> str:
    """The source of a function that answers with a text."""
    return (
        "def handler(event, context):\n"
        f"    return {{'statusCode': 200, 'headers': {{'content-type': 'text/plain'}}, 'body': {text!r}}}\n"
    )


@dataclass(frozen=True)
class Site:
    """A function behind a load balancer with one listener. `address` is the local one that serves it."""

    name: str
    region: str
    function_arn: str
    target_group: str
    load_balancer: str
    listener: str
    dns_name: str
    address: Address

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self.address)

    def ask(
        self, path: str = "/", method: str = "GET", timeout: float = TIMEOUT, **more: Any
    ) -> requests.Response:
        """One request on a connection of its own, through no proxy."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url + path, allow_redirects=False, timeout=timeout, **more)

    def event(self, path: str = "/", method: str = "GET", **more: Any) -> dict[str, Any]:
        """The event that a function with the source `ECHO` got."""
        response = self.ask(path, method, **more)
        assert response.status_code == 200, response.text
        event: dict[str, Any] = response.json()
        return event


class Sites:
    """A running local cloud. `log` is the file its standard error goes to."""

    def __init__(self, endpoint: Endpoint, log: Path) -> None:
        self.endpoint = endpoint
        self.endpoint_url = endpoint.url
        self.log = log
        self._numbers = itertools.count(1)

    @cache  # noqa: B019 - one cloud a test package
    def client(self, service: str, region: str = DEFAULT_REGION, checks: bool = True) -> Any:
        """A client of boto3's; without `checks` it sends what it knows to be wrong."""
        config = Config(
            retries={"total_max_attempts": 1}, max_pool_connections=50, parameter_validation=checks
        )
        return boto3.client(  # type: ignore[call-overload]
            service,
            region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.endpoint.key,
            aws_secret_access_key="testing",
            config=config,
        )

    @property
    def elbv2(self) -> Any:
        return self.client("elbv2")

    @property
    def functions(self) -> Any:
        return self.client("lambda")

    @cached_property
    def role(self) -> str:
        made = self.client("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}")
        return str(made["Role"]["Arn"])

    def listeners(self) -> dict[str, dict[str, Any]]:
        """What `localalb status` says of each listener, by ARN."""
        return {each["listener_arn"]: each for each in ask(self.endpoint, "status")["listeners"]}

    def requests(self, site: Site) -> list[dict[str, Any]]:
        """What `localalb requests` says of a site, oldest first."""
        records = ask(self.endpoint, "requests")
        return [record for record in records if record["load_balancer"] == site.name]

    def address(self, listener: str) -> Address:
        host, _, port = self.listeners()[listener]["address"].rpartition(":")
        return host, int(port)

    def logged(self, function: str, region: str = DEFAULT_REGION) -> list[str]:
        """The messages in a function's log group, oldest first; none where there is no such group."""
        logs = self.client("logs", region)
        events: list[dict[str, Any]] = []
        with suppress(logs.exceptions.ResourceNotFoundException):
            for page in logs.get_paginator("filter_log_events").paginate(
                logGroupName=f"/aws/lambda/{function}"
            ):
                events += page["events"]
        return [event["message"] for event in sorted(events, key=lambda event: int(event["timestamp"]))]

    def name(self, what: str = "site") -> str:
        return f"{what}-{next(self._numbers)}"

    def function(
        self,
        code: str | Files = ECHO,
        *,
        name: str = "",
        region: str = DEFAULT_REGION,
        handler: str = "app.handler",
        runtime: str = RUNTIME,
        timeout: int = 10,
        environment: Mapping[str, str] | None = None,
        **more: Any,
    ) -> str:
        """Create a function; its ARN. Source text becomes app.py; `more` is CreateFunction's."""
        made = self.client("lambda", region).create_function(
            FunctionName=name or self.name("function"),
            Runtime=runtime,
            Role=self.role,
            Handler=handler,
            Timeout=timeout,
            Code={"ZipFile": zipped({"app.py": code} if isinstance(code, str) else code)},
            Environment={"Variables": dict(environment or {})},
            **more,
        )
        return str(made["FunctionArn"])

    def target_group(
        self,
        target: str,
        *,
        name: str = "",
        multi_value: bool = False,
        permission: bool = True,
        health_check: Mapping[str, Any] | None = None,
    ) -> str:
        """Create a target group with a function (an ARN, qualified or not) in it; its ARN."""
        elbv2 = self.client("elbv2", target.split(":")[3])
        name = name or self.name("group")
        made = elbv2.create_target_group(Name=name, TargetType="lambda", **(health_check or {}))
        group = str(made["TargetGroups"][0]["TargetGroupArn"])
        if multi_value:
            attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
            elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[attribute])
        self.permit(target, group)
        elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": target}])
        if not permission:  # it takes one to be registered
            self.forbid(target, group)
        return group

    def permit(self, target: str, group: str) -> None:
        name, _, qualifier = target.split(":function:")[1].partition(":")
        self.client("lambda", target.split(":")[3]).add_permission(
            FunctionName=name,
            StatementId=group.split("/")[1],
            Action="lambda:InvokeFunction",
            Principal="elasticloadbalancing.amazonaws.com",
            SourceArn=group,
            **({"Qualifier": qualifier} if qualifier else {}),
        )

    def forbid(self, target: str, group: str) -> None:
        """Take back what `permit` gave."""
        self.client("lambda", target.split(":")[3]).remove_permission(
            FunctionName=target, StatementId=group.split("/")[1]
        )

    def load_balancer(self, name: str, region: str = DEFAULT_REGION) -> dict[str, Any]:
        subnets = self._subnets(region)
        made = self.client("elbv2", region).create_load_balancer(Name=name, Subnets=subnets)
        balancer: dict[str, Any] = made["LoadBalancers"][0]
        return balancer

    @cache  # noqa: B019 - one cloud a test package
    def _subnets(self, region: str) -> list[str]:
        subnets = self.client("ec2", region).describe_subnets()["Subnets"]
        return [subnet["SubnetId"] for subnet in subnets[:2]]

    def listener(
        self, balancer: str, action: Mapping[str, Any], *, port: int = 80, certificate: str = ""
    ) -> str:
        """Create a listener, for HTTPS where it has a certificate; its ARN."""
        secure = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificate}]}
        made = self.client("elbv2", balancer.split(":")[3]).create_listener(
            LoadBalancerArn=balancer,
            Port=port,
            DefaultActions=[action],
            **(secure if certificate else {"Protocol": "HTTP"}),
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def deploy(
        self,
        code: str | Files = ECHO,
        *,
        region: str = DEFAULT_REGION,
        port: int = 80,
        certificate: str = "",
        multi_value: bool = False,
        permission: bool = True,
        attributes: Mapping[str, str] | None = None,
        health_check: Mapping[str, Any] | None = None,
        **function: Any,
    ) -> Site:
        """A function behind a load balancer of its own; all of them have the site's name."""
        name = self.name()
        arn = self.function(code, name=name, region=region, **function)
        group = self.target_group(
            arn, name=name, multi_value=multi_value, permission=permission, health_check=health_check
        )
        balancer = self.load_balancer(name, region)
        if attributes:
            self.configure(balancer["LoadBalancerArn"], attributes)
        forward = {"Type": "forward", "TargetGroupArn": group}
        listener = self.listener(balancer["LoadBalancerArn"], forward, port=port, certificate=certificate)
        return Site(
            name=name,
            region=region,
            function_arn=arn,
            target_group=group,
            load_balancer=balancer["LoadBalancerArn"],
            listener=listener,
            dns_name=balancer["DNSName"],
            address=self.address(listener),
        )

    def configure(self, balancer: str, attributes: Mapping[str, str]) -> None:
        """Set attributes of a load balancer."""
        pairs = [{"Key": key, "Value": value} for key, value in attributes.items()]
        elbv2 = self.client("elbv2", balancer.split(":")[3])
        elbv2.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=pairs)

    def remove(self, site: Site) -> None:
        """Delete a site, but for its function, which is in nobody's way."""
        elbv2 = self.client("elbv2", site.region)
        elbv2.delete_load_balancer(LoadBalancerArn=site.load_balancer)
        elbv2.delete_target_group(TargetGroupArn=site.target_group)

    @contextmanager
    def deployed(self, code: str | Files = ECHO, **more: Any) -> Iterator[Site]:
        site = self.deploy(code, **more)
        try:
            yield site
        finally:
            self.remove(site)

    def rule(self, site: Site, action: Mapping[str, Any], priority: int = 1, path: str = "*") -> str:
        """Create a rule for a path; its ARN."""
        made = self.client("elbv2", site.region).create_rule(
            ListenerArn=site.listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Actions=[action],
        )
        return str(made["Rules"][0]["RuleArn"])

    def record(self, site: Site, count: int = 1) -> dict[str, Any]:
        """The last of `count` records of a site. The journal is written when the response has been."""
        found = until(lambda: records if len(records := self.requests(site)) >= count else [])
        assert found, f"fewer than {count} requests to {site.name} were recorded"
        return found[-1]

    def record_of(self, site: Site, target: str) -> dict[str, Any]:
        """The one record of the requests to a path with its query."""
        (found,) = until(lambda: [each for each in self.requests(site) if each["target"] == target])
        return found


def fixed(text: str, status: int = 200) -> dict[str, Any]:
    """The action of a rule that answers with a text."""
    config = {"StatusCode": str(status), "ContentType": "text/plain", "MessageBody": text}
    return {"Type": "fixed-response", "FixedResponseConfig": config}


@contextmanager
def running(directory: Path) -> Iterator[Sites]:
    """A cloud in a process of its own, and this process's environment pointed at it. Its standard error goes
    to a file in `directory`, where tests read it."""
    before = dict(os.environ)
    log = directory / "stderr"
    with ExitStack() as stack:
        with _standard_error_in(log):
            endpoint = stack.enter_context(local_cloud())
        isolate(endpoint)
        try:
            yield Sites(endpoint, log)
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _standard_error_in(path: Path) -> Iterator[None]:
    """Processes started meanwhile write to `path`."""
    saved = os.dup(2)
    try:
        with path.open("wb") as file:
            os.dup2(file.fileno(), 2)
            yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


def payload(response: Any) -> Any:
    """The result of `lambda_.invoke`, from JSON."""
    return json.loads(response["Payload"].read())
