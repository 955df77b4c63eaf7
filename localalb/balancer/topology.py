"""What exists: an immutable snapshot of the load balancers in the control plane. Values only; `discovery`
reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from localalb.balancer.condition import Condition
from localalb.http.place import Place
from localalb.login.settings import Authentication
from localalb.runtime.function import Invocable


@dataclass(frozen=True, slots=True)
class Target:
    """A registered Lambda target. `function` is None where the ARN names nothing; `permitted` says whether
    the function's resource policy lets Elastic Load Balancing invoke it for this target group."""

    arn: str
    function: Invocable | None
    permitted: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A registered target of type ip or instance. `id` and `port` are as registered, `reached` is the (host,
    port) that requests go to, None where they go nowhere: then `why` says what to do about it."""

    id: str
    port: int
    reached: Place | None = None
    why: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others of its target group."""
        return f"{self.id}:{self.port}"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`interval` and `timeout` are in seconds, `healthy` and `unhealthy` checks in a row. `protocol` and
    `port` (None: that of the target) are those of addresses."""

    enabled: bool = False
    path: str = "/"
    interval: int = 35
    timeout: int = 30
    healthy: int = 5
    unhealthy: int = 2
    matcher: str = "200"
    protocol: str = "HTTP"
    port: int | None = None


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """`type` is `lambda`, `ip` or `instance`: the first has `targets`, the others `addresses`. `protocol` is
    HTTP or HTTPS, `version` HTTP1, HTTP2 or GRPC."""

    arn: str
    name: str
    multi_value_headers: bool = False
    targets: tuple[Target, ...] = ()
    health_check: HealthCheck = HealthCheck()
    type: str = "lambda"
    protocol: str = "HTTP"
    version: str = "HTTP1"
    addresses: tuple[Address, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Forward:
    """Weighted target groups: (ARN, weight 0-999). `stickiness` is the cookie's life in seconds, or None."""

    groups: tuple[tuple[str, int], ...]
    stickiness: int | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Each part may hold #{protocol}, #{host}, #{port}, #{path} or #{query}."""

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


@dataclass(frozen=True, slots=True)
class FixedResponse:
    status: int
    content_type: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something a rule asks for that localalb does not do; it refuses instead of guessing."""

    what: str


Action = Forward | Redirect | FixedResponse | Unsupported


@dataclass(frozen=True, slots=True)
class Transform:
    """`type` as the API names it: host-header-rewrite or url-rewrite. What `regex` matches becomes `replace`,
    which may hold the groups $1 to $9."""

    type: str
    regex: str
    replace: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`priority` is None for the default rule. `transforms` rewrite what goes to a target; `authentication`
    is what is asked of a client first."""

    arn: str
    priority: int | None
    conditions: tuple[Condition, ...]
    action: Action
    transforms: tuple[Transform, ...] = ()
    authentication: Authentication | None = None


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """`protocols` and `ciphers` as DescribeSSLPolicies names them, the ciphers in their order."""

    protocols: tuple[str, ...]
    ciphers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MutualTls:
    """`mode` is verify or passthrough; `trust_store` the ARN of the one that clients are verified against."""

    mode: str
    trust_store: str = ""
    ignore_expiry: bool = False
    advertise: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """`rules` are in the order they are tried, the default rule last. One for HTTPS has `certificates`, a
    `policy`, and `mutual` where it asks clients for theirs."""

    arn: str
    port: int
    protocol: str
    rules: tuple[Rule, ...]
    certificates: tuple[str, ...] = ()
    policy: SecurityPolicy | None = None
    mutual: MutualTls | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    arn: str
    name: str
    dns_name: str
    listeners: tuple[Listener, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def idle_timeout(self) -> int:
        """In seconds (user guide, "Connection idle timeout")."""
        return int(self.attributes.get("idle_timeout.timeout_seconds", 60))


@dataclass(frozen=True, slots=True)
class Topology:
    load_balancers: tuple[LoadBalancer, ...] = ()
    target_groups: Mapping[str, TargetGroup] = field(default_factory=dict)

    def listeners(self) -> Iterator[tuple[LoadBalancer, Listener]]:
        for load_balancer in self.load_balancers:
            for listener in load_balancer.listeners:
                yield load_balancer, listener

    def used(self) -> set[str]:
        """The target groups that a rule forwards to, by ARN."""
        return {
            arn
            for _, listener in self.listeners()
            for rule in listener.rules
            if isinstance(rule.action, Forward)
            for arn, _ in rule.action.groups
        }


def merge(parts: Iterable[Topology]) -> Topology:
    """One topology out of one for each region."""
    balancers: list[LoadBalancer] = []
    groups: dict[str, TargetGroup] = {}
    for part in parts:
        balancers += part.load_balancers
        groups |= part.target_groups
    return Topology(tuple(balancers), groups)
