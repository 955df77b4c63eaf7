"""The files by which a load balancer tries whether it may write its logs, made when logs are switched on.

User guide, "Enable access logs" and "Enable connection logs", step 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from moto.elbv2.models import ELBv2Backend

from localalb.balancer import access_log
from localalb.control_plane.moto_models import write_object
from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ((ELBv2Backend, "modify_load_balancer_attributes"),)
_LOGS = {"access_logs": "AccessLog", "connection_logs": "ConnectionLog"}


def replacements() -> list[Replacement]:
    modify = ELBv2Backend.modify_load_balancer_attributes

    def modify_and_try(self: ELBv2Backend, arn: str, attrs: dict[str, str]) -> dict[str, str]:
        attributes: dict[str, str] = modify(self, arn, attrs)
        name = self.load_balancers[arn].name
        for bucket, key, text in files(attributes, attrs, self.account_id, name, datetime.now(UTC)):
            write_object(self.account_id, bucket, key, text.encode())
        return attributes

    return [(ELBv2Backend, "modify_load_balancer_attributes", modify_and_try)]


def files(
    attributes: Mapping[str, str], given: Mapping[str, str], account: str, name: str, now: datetime
) -> Iterator[tuple[str, str, str]]:
    """The bucket, the key and the text of each file that a call which gives some of the `attributes` writes.
    The text is as captured (node-elb-log-parser, opentelemetry-collector-contrib); its end is a guess."""
    for logs, word in _LOGS.items():
        if given.get(f"{logs}.s3.enabled") == "true":
            key = f"{access_log.root(account, attributes.get(f'{logs}.s3.prefix') or '')}/ELB{word}TestFile"
            time = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            yield attributes[f"{logs}.s3.bucket"], key, f"Enable {word} for ELB: {name} at {time}"
