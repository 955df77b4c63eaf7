"""Target groups with addresses in them, each behind a load balancer of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from tests.sites import TIMEOUT, Sites
from tests.waiting import until


class Group:
    """A target group behind a load balancer of its own."""

    def __init__(self, cloud: Sites, arn: str, name: str, url: str) -> None:
        self.arn, self.name, self.url = arn, name, url
        self._cloud = cloud

    def ask(self, path: str = "/", **more: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.url + path, timeout=TIMEOUT, **more)

    def register(self, *targets: Mapping[str, Any]) -> None:
        self._cloud.elbv2.register_targets(TargetGroupArn=self.arn, Targets=list(targets))

    def deregister(self, *targets: Mapping[str, Any]) -> None:
        self._cloud.elbv2.deregister_targets(TargetGroupArn=self.arn, Targets=list(targets))

    def configure(self, **attributes: str) -> None:
        pairs = [{"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()]
        self._cloud.elbv2.modify_target_group_attributes(TargetGroupArn=self.arn, Attributes=pairs)

    def health(self, *targets: Mapping[str, Any]) -> dict[tuple[str, int], dict[str, str]]:
        found = self._cloud.elbv2.describe_target_health(TargetGroupArn=self.arn, Targets=list(targets))
        return {
            (each["Target"]["Id"], each["Target"]["Port"]): each["TargetHealth"]
            for each in found["TargetHealthDescriptions"]
        }

    def becomes(self, target: tuple[str, int], state: str) -> dict[str, str]:
        until(lambda: self.health().get(target, {}).get("State") == state)
        found = self.health()[target]
        assert found["State"] == state
        return found


@contextmanager
def target_group(
    cloud: Sites,
    *,
    kind: str = "ip",
    used: bool = True,
    check: str = "/",
    codes: str = "200",
    settings: Mapping[str, Any] | None = None,
) -> Iterator[Group]:
    """`check` is the path that health checks ask for, `codes` what they accept; `settings` are more of
    CreateTargetGroup."""
    name = cloud.name("web") + "-a"
    vpc = cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = cloud.elbv2.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=80,
        VpcId=vpc,
        TargetType=kind,
        HealthCheckPath=check,
        Matcher={"HttpCode": codes},
        **(settings or {}),
    )
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    url, balancer = "", None
    try:
        if used:
            balancer = cloud.load_balancer(name)["LoadBalancerArn"]
            listener = cloud.listener(balancer, {"Type": "forward", "TargetGroupArn": arn})
            url = "http://{}:{}".format(*cloud.address(listener))
        yield Group(cloud, arn, name, url)
    finally:
        if balancer:
            cloud.elbv2.delete_load_balancer(LoadBalancerArn=balancer)
        cloud.elbv2.delete_target_group(TargetGroupArn=arn)
