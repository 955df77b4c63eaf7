"""What moto's Cognito lacks of user pools.

Cognito API, UpdateUserPool, UpdateResourceServer and DeleteResourceServer.
"""

from __future__ import annotations

from typing import Any

from moto.cognitoidp.models import CognitoIdpUserPool
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ((CognitoIdpUserPool, "update_extended_config"),)
ADDITIONS: tuple[Seam, ...] = (
    (CognitoIdpResponse, "update_resource_server"),
    (CognitoIdpResponse, "delete_resource_server"),
)
# Members of CreateUserPool that UpdateUserPool does not take; without them Terraform would replace the pool.
_FIXED = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` and `ADDITIONS` as they should be."""
    update_extended_config = CognitoIdpUserPool.update_extended_config

    def update_but_keep(self: Any, extended_config: dict[str, Any]) -> None:
        before = vars(self).get("extended_config") or {}
        kept = {name: before[name] for name in _FIXED if name in before}
        update_extended_config(self, kept | (extended_config or {}))

    return [
        (CognitoIdpUserPool, "update_extended_config", update_but_keep),
        (CognitoIdpResponse, "update_resource_server", _update_resource_server),
        (CognitoIdpResponse, "delete_resource_server", _delete_resource_server),
    ]


def _update_resource_server(self: Any) -> ActionResult:
    found = _resource_server(self)
    found.name = self._get_param("Name")
    found.scopes = self._get_param("Scopes")
    return ActionResult({"ResourceServer": found.to_json()})


def _delete_resource_server(self: Any) -> ActionResult:
    found = _resource_server(self)
    del self.backend.describe_user_pool(found.user_pool_id).resource_servers[found.identifier]
    return EmptyResult()


def _resource_server(self: Any) -> Any:
    pool, identifier = self._get_param("UserPoolId"), self._get_param("Identifier")
    return self.backend.describe_resource_server(pool, identifier)
