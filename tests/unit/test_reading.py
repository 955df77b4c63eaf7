"""What is read again for what is stale is what a reading of everything would give, whatever was changed."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.exceptions import ClientError
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from moto import mock_aws

from localalb.control_plane import discovery, stale
from localalb.control_plane.discovery import Reading
from localalb.control_plane.stale import NOTHING_READ, Call, Stale
from tests.certificates import Authority
from tests.zips import zipped

REGION = "eu-west-1"
NAMES = st.sampled_from(["one", "two"])
DATA = st.data()
TEXTS = st.sampled_from(["a", "b", "c"])
CERTIFICATES = [Authority().issue(f"{name}.example") for name in ("one", "two")]
SERVICES = {"elbv2": "elasticloadbalancing"}


class Api:
    """moto, as boto3 calls it, and what the calls since `seen` was emptied make stale."""

    def __init__(self) -> None:
        session = boto3.session.Session("testing", "testing", region_name=REGION)
        self.elbv2 = session.client("elbv2")
        self.functions = session.client("lambda")
        self.acm = session.client("acm")
        self.ec2 = session.client("ec2")
        self.iam = session.client("iam")
        self.seen: list[Stale] = []
        self._last: Any = None
        for client in (self.elbv2, self.functions, self.acm):
            client.meta.events.register_first("before-send", self._sent)

    def begin(self) -> None:
        """Make what the others need, in a moto that has nothing."""
        self.seen.clear()
        self.subnets = [each["SubnetId"] for each in self.ec2.describe_subnets()["Subnets"][:2]]
        made = self.iam.create_role(RoleName="function", AssumeRolePolicyDocument="{}")
        self.role = made["Role"]["Arn"]
        self.certificates = [each.imported(self.acm) for each in CERTIFICATES]

    def _sent(self, request: Any, **_: Any) -> None:
        self._last = request

    def call(self, ask: Callable[..., Any], **arguments: Any) -> None:
        """Call an operation, as the front would see it. Some are refused: then nothing else is stale."""
        service = ask.__self__.meta.service_model.service_name  # type: ignore[attr-defined]
        answers: list[bytes] = []
        events = ask.__self__.meta.events  # type: ignore[attr-defined]

        def answered(http_response: Any, **_: Any) -> None:
            answers.append(http_response.content)

        events.register("after-call", answered)
        try:
            with suppress(ClientError):
                ask(**arguments)
        finally:
            events.unregister("after-call", answered)
        body = self._last.body or b""
        text = body.decode() if isinstance(body, bytes) else str(body)
        form = parse_qs(text) if service == "elbv2" else {}
        path = unquote(urlsplit(self._last.url).path)
        target = self._last.headers.get("X-Amz-Target", b"")
        call = Call(
            SERVICES.get(service, service),
            self._last.method,
            path,
            target.decode() if isinstance(target, bytes) else target,
            form,
        )
        if found := stale.of(call, answers):
            self.seen.append(found)

    def of(self, operation: str, key: str, arn: str, **arguments: Any) -> list[str]:
        """The ARNs or names of what there is."""
        client = self.functions if operation.startswith("list_") else self.elbv2
        pages = client.get_paginator(operation).paginate(**arguments)
        return [each[arn] for page in pages for each in page[key]]

    def balancers(self) -> list[str]:
        return self.of("describe_load_balancers", "LoadBalancers", "LoadBalancerArn")

    def listeners(self) -> list[str]:
        return [
            arn
            for balancer in self.balancers()
            for arn in self.of("describe_listeners", "Listeners", "ListenerArn", LoadBalancerArn=balancer)
        ]

    def rules(self) -> list[str]:
        return [
            arn
            for listener in self.listeners()
            for arn in self.of("describe_rules", "Rules", "RuleArn", ListenerArn=listener)
        ]

    def groups(self) -> list[str]:
        return self.of("describe_target_groups", "TargetGroups", "TargetGroupArn")

    def names(self) -> list[str]:
        return self.of("list_functions", "Functions", "FunctionName")


@functools.cache
def api() -> Api:
    """Clients take half a second to make."""
    return Api()


def fixed(text: str) -> dict[str, Any]:
    return {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": text}}


class Changes(RuleBasedStateMachine):
    """Each rule makes calls; what is there to be changed is asked of moto."""

    def __init__(self) -> None:
        super().__init__()
        self._mock = mock_aws()
        self._mock.start()
        self.api = api()
        self.api.begin()
        self.numbers = itertools.count(1)
        self.reading: Reading | None = None
        self.waiting = False

    def teardown(self) -> None:
        self._mock.stop()

    def pick(self, data: Any, found: list[str]) -> list[str]:
        """One of those that there are; none where there are none."""
        return [data.draw(st.sampled_from(sorted(found)))] if found else []

    def action(self, data: Any) -> dict[str, Any]:
        forwards = [{"Type": "forward", "TargetGroupArn": arn} for arn in self.pick(data, self.api.groups())]
        action: dict[str, Any] = data.draw(st.sampled_from([fixed(data.draw(TEXTS)), *forwards]))
        return action

    @rule(waiting=st.booleans())
    def wait(self, waiting: bool) -> None:
        """From now on several changes share a reading, or no longer do."""
        self.waiting = waiting

    @rule(name=NAMES, data=DATA)
    def load_balancer(self, name: str, data: Any) -> None:
        elbv2 = self.api.elbv2
        name = f"{name}-{next(self.numbers)}"
        self.api.call(elbv2.create_load_balancer, Name=name, Subnets=self.api.subnets)
        for arn in self.pick(data, self.api.balancers()):
            value = data.draw(st.sampled_from(["30", "60"]))
            attribute = {"Key": "idle_timeout.timeout_seconds", "Value": value}
            self.api.call(elbv2.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=[attribute])
            self.api.call(elbv2.set_subnets, LoadBalancerArn=arn, Subnets=self.api.subnets)
            self.api.call(elbv2.set_ip_address_type, LoadBalancerArn=arn, IpAddressType="dualstack")

    @rule(data=DATA, port=st.sampled_from([80, 81]), secure=st.booleans())
    def listener(self, data: Any, port: int, secure: bool) -> None:
        elbv2 = self.api.elbv2
        certificate = [{"CertificateArn": data.draw(st.sampled_from(self.api.certificates))}]
        with_tls = {"Protocol": "HTTPS", "Certificates": certificate} if secure else {"Protocol": "HTTP"}
        action = self.action(data)
        for arn in self.pick(data, self.api.balancers()):
            self.api.call(
                elbv2.create_listener, LoadBalancerArn=arn, Port=port, DefaultActions=[action], **with_tls
            )
        for arn in self.pick(data, self.api.listeners()):
            policy = {"SslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}
            mutual = {"MutualAuthentication": {"Mode": "passthrough"}}
            more = data.draw(st.sampled_from([{}, {"Port": 82}, with_tls, policy, mutual]))
            actions = [self.action(data)]
            self.api.call(elbv2.modify_listener, ListenerArn=arn, DefaultActions=actions, **more)
            attribute = {"Key": "routing.http.response.server.enabled", "Value": data.draw(TEXTS)}
            self.api.call(elbv2.modify_listener_attributes, ListenerArn=arn, Attributes=[attribute])
            change = data.draw(
                st.sampled_from([elbv2.add_listener_certificates, elbv2.remove_listener_certificates])
            )
            self.api.call(change, ListenerArn=arn, Certificates=certificate)

    @rule(data=DATA, priority=st.integers(1, 9), text=TEXTS)
    def rule_(self, data: Any, priority: int, text: str) -> None:
        elbv2 = self.api.elbv2
        for arn in self.pick(data, self.api.listeners()):
            self.api.call(
                elbv2.create_rule,
                ListenerArn=arn,
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "Values": [f"/{text}"]}],
                Actions=[self.action(data)],
            )
        for arn in self.pick(data, self.api.rules()):
            self.api.call(elbv2.modify_rule, RuleArn=arn, Actions=[self.action(data)])
        for arn in self.pick(data, self.api.rules()):
            moved = {"RuleArn": arn, "Priority": data.draw(st.integers(1, 9))}
            if not self.is_default(arn):
                self.api.call(elbv2.set_rule_priorities, RulePriorities=[moved])

    def is_default(self, arn: str) -> bool:
        return bool(self.api.elbv2.describe_rules(RuleArns=[arn])["Rules"][0]["IsDefault"])

    @rule(name=NAMES, data=DATA)
    def target_group(self, name: str, data: Any) -> None:
        elbv2 = self.api.elbv2
        self.api.call(elbv2.create_target_group, Name=name, TargetType="lambda")
        for arn in self.pick(data, self.api.groups()):
            self.api.call(
                elbv2.modify_target_group, TargetGroupArn=arn, HealthCheckPath=f"/{data.draw(TEXTS)}"
            )
            value = data.draw(st.sampled_from(["true", "false"]))
            attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": value}
            self.api.call(elbv2.modify_target_group_attributes, TargetGroupArn=arn, Attributes=[attribute])

    @rule(name=NAMES, alias=st.sampled_from(["", ":live", ":1"]), data=DATA, leaves=st.booleans())
    def target(self, name: str, alias: str, data: Any, leaves: bool) -> None:
        """A target need not exist."""
        function = f"arn:aws:lambda:{REGION}:123456789012:function:{name}{alias}"
        for arn in self.pick(data, self.api.groups()):
            change = self.api.elbv2.deregister_targets if leaves else self.api.elbv2.register_targets
            self.api.call(change, TargetGroupArn=arn, Targets=[{"Id": function}])

    @rule(name=NAMES, data=DATA)
    def function(self, name: str, data: Any) -> None:
        functions = self.api.functions
        self.api.call(
            functions.create_function,
            FunctionName=name,
            Runtime="python3.13",
            Role=self.api.role,
            Handler="app.handler",
            Code={"ZipFile": zipped({"app.py": ""})},
        )
        for name in self.pick(data, self.api.names()):
            call = data.draw(
                st.sampled_from([f"{name}", f"arn:aws:lambda:{REGION}:123456789012:function:{name}"])
            )
            timeout = data.draw(st.integers(1, 9))
            self.api.call(functions.update_function_configuration, FunctionName=call, Timeout=timeout)
            self.api.call(functions.publish_version, FunctionName=name)
            self.api.call(
                functions.update_function_code,
                FunctionName=name,
                ZipFile=zipped({"app.py": data.draw(TEXTS)}),
            )
            reserved = data.draw(st.integers(1, 3))
            self.api.call(
                functions.put_function_concurrency, FunctionName=name, ReservedConcurrentExecutions=reserved
            )
            if data.draw(st.booleans()):
                self.api.call(functions.delete_function_concurrency, FunctionName=name)

    @rule(data=DATA, weight=st.sampled_from([0.1, 0.9]))
    def alias(self, data: Any, weight: float) -> None:
        functions = self.api.functions
        for name in self.pick(data, self.api.names()):
            pages = functions.list_versions_by_function(FunctionName=name)["Versions"]
            for version in self.pick(data, [each["Version"] for each in pages]):
                change = data.draw(st.sampled_from([functions.create_alias, functions.update_alias]))
                other = {"AdditionalVersionWeights": {version: weight}}
                routing = data.draw(st.sampled_from([{}, {"RoutingConfig": other}]))
                arguments = {"FunctionName": name, "Name": "live", "FunctionVersion": version}
                self.api.call(change, **arguments, **routing)
            if data.draw(st.booleans()):
                self.api.call(functions.delete_alias, FunctionName=name, Name="live")

    @rule(data=DATA, taken=st.booleans())
    def permission(self, data: Any, taken: bool) -> None:
        functions = self.api.functions
        for name in self.pick(data, self.api.names()):
            self.api.call(
                functions.add_permission,
                FunctionName=name,
                StatementId="load-balancer",
                Action="lambda:InvokeFunction",
                Principal="elasticloadbalancing.amazonaws.com",
            )
            if taken:
                self.api.call(functions.remove_permission, FunctionName=name, StatementId="load-balancer")

    @rule(data=DATA)
    def tags(self, data: Any) -> None:
        for arn in self.pick(data, self.api.rules() + self.api.groups()):
            self.api.call(self.api.elbv2.add_tags, ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}])

    @rule(data=DATA, what=st.sampled_from(["balancer", "listener", "rule", "group", "function"]))
    def delete(self, data: Any, what: str) -> None:
        elbv2, functions = self.api.elbv2, self.api.functions
        match what:
            case "balancer":
                for arn in self.pick(data, self.api.balancers()):
                    self.api.call(elbv2.delete_load_balancer, LoadBalancerArn=arn)
            case "listener":
                for arn in self.pick(data, self.api.listeners()):
                    self.api.call(elbv2.delete_listener, ListenerArn=arn)
            case "rule":
                for arn in self.pick(data, self.api.rules()):
                    if not self.is_default(arn):
                        self.api.call(elbv2.delete_rule, RuleArn=arn)
            case "group":
                for arn in self.pick(data, self.api.groups()):
                    self.api.call(elbv2.delete_target_group, TargetGroupArn=arn)
            case "function":
                for name in self.pick(data, self.api.names()):
                    self.api.call(functions.delete_function, FunctionName=name)

    @invariant()
    def is_as_if_all_were_read(self) -> None:
        if self.waiting and self.reading:
            return
        changed = NOTHING_READ
        for each in self.api.seen:
            changed |= each
        self.api.seen.clear()
        clients = self.api.elbv2, self.api.functions
        self.reading = discovery.read(*clients, self.reading, changed)
        assert_same(self.reading, discovery.read(*clients))


def assert_same(read: Reading, whole: Reading) -> None:
    assert read.left_out == whole.left_out
    one, other = ({each.arn: each for each in found.topology.load_balancers} for found in (read, whole))
    assert one == other
    assert read.topology.target_groups == whole.topology.target_groups


def test_a_reading_of_what_is_stale_is_as_one_of_everything() -> None:
    # Shrinking what failed would take minutes.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    run_state_machine_as_test(
        Changes, settings=settings(max_examples=10, stateful_step_count=15, phases=phases)
    )
