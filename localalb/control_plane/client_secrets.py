"""Actions that authenticate, as AWS keeps them.

It takes a client secret and never gives it back, and a change of a rule may keep the secret that is there
(ELBv2 API, AuthenticateOidcActionConfig). moto gives it to everybody, and knows no jwt-validation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeAction

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (FakeAction, "__init__"),
    (ELBv2Backend, "_validate_actions"),
    (ELBv2Backend, "modify_rule"),
    (ELBv2Backend, "modify_listener"),
)


def replacements() -> list[Replacement]:
    init: Any = FakeAction.__init__
    validate: Any = ELBv2Backend._validate_actions
    modify_rule: Any = ELBv2Backend.modify_rule
    modify_listener: Any = ELBv2Backend.modify_listener

    def init_apart(self: Any, data: dict[str, Any]) -> None:
        config = dict(data.get("AuthenticateOidcConfig") or {})
        if config:
            self.client_secret = config.pop("ClientSecret", None)
            config.pop("UseExistingClientSecret", None)
            data = {**data, "AuthenticateOidcConfig": config}
        init(self, data)

    def validate_others(self: Any, actions: list[Any]) -> None:
        validate(self, [each for each in actions if each.type != "jwt-validation"])

    def modify_rule_keeping(self: Any, rule_arn: str, *args: Any, **kwargs: Any) -> Any:
        before = [each for rule in self.describe_rules(None, [rule_arn]) for each in rule.actions]
        rule = modify_rule(self, rule_arn, *args, **kwargs)
        _keep(before, rule.actions)
        return rule

    def modify_listener_keeping(self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        before = [each for found in self.describe_listeners(None, [arn]) for each in found.default_actions]
        listener = modify_listener(self, arn, *args, **kwargs)
        _keep(before, listener.default_actions)
        return listener

    return [
        (FakeAction, "__init__", init_apart),
        (ELBv2Backend, "_validate_actions", validate_others),
        (ELBv2Backend, "modify_rule", modify_rule_keeping),
        (ELBv2Backend, "modify_listener", modify_listener_keeping),
    ]


def secret(actions: Iterable[Any]) -> str:
    """The client secret among some actions, empty where there is none."""
    found = (getattr(each, "client_secret", None) for each in actions)
    return next(filter(None, found), "")


def _keep(before: Iterable[Any], now: Iterable[Any]) -> None:
    """Give actions without a secret the one that was there."""
    kept = secret(before)
    for each in now:
        if each.type == "authenticate-oidc" and not getattr(each, "client_secret", None):
            each.client_secret = kept
