"""What a request adds to the metrics of its load balancer and target group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localalb.login.gate import Visit
from tests.cases import LOGS, NO_SOURCE, Case, Confidence

GUIDE = "user guide, CloudWatch metrics"
DOCUMENTED: Confidence = "documented"


@dataclass(frozen=True, kw_only=True)
class MetricCase(Case):
    """`entry` has the fields of the access log entry, `values` the metrics that get something, but for
    LambdaTargetProcessedBytes."""

    entry: Mapping[str, Any]
    values: Mapping[str, float]


def _case(
    id: str,
    fact: str,
    entry: Mapping[str, Any],
    values: Mapping[str, float],
    source: str = GUIDE,
    confidence: Confidence = DOCUMENTED,
) -> MetricCase:
    return MetricCase(
        id=f"metric-{id}", fact=fact, source=source, confidence=confidence, entry=entry, values=values
    )


def _target(status: int) -> dict[str, Any]:
    return {"target_status": status, "status": status, "target_duration": 0.25, "target_group": "group"}


def _lambda(status: int, reason: str, **more: Any) -> dict[str, Any]:
    return {"status": status, "reason": reason, "target_group": "group"} | more


TARGETS = tuple(
    _case(
        f"target-{status}",
        f"A {status} of the function is a request, a code of the target and a response time.",
        _target(status),
        {"RequestCount": 1, f"HTTPCode_Target_{status // 100}XX_Count": 1, "TargetResponseTime": 0.25},
    )
    for status in (200, 302, 404, 500)
)

ADDRESSES = (
    _case(
        "address-200",
        "An answer of an address counts as that of a function, and is no Lambda traffic.",
        _target(200) | {"target": "127.0.0.1:3000"},
        {"RequestCount": 1, "HTTPCode_Target_2XX_Count": 1, "TargetResponseTime": 0.25},
    ),
    _case(
        "address-refused",
        "A connection that a target does not take is counted, beside the 502.",
        {"status": 502, "target_group": "group", "target": "127.0.0.1:3000", "refused": True},
        {
            "RequestCount": 1,
            "TargetConnectionErrorCount": 1,
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_502_Count": 1,
        },
    ),
    _case(
        "address-broke-off",
        "An answer that breaks off is a code of the target, and one of the load balancer.",
        _target(200) | {"target": "127.0.0.1:3000", "status": 504},
        {
            "RequestCount": 1,
            "HTTPCode_Target_2XX_Count": 1,
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_504_Count": 1,
            "TargetResponseTime": 0.25,
        },
        NO_SOURCE,
        "guess",
    ),
)

BALANCER = (
    _case(
        "invalid-response",
        "A response that is no response is a 502 of the load balancer and an error of the function.",
        _lambda(502, "LambdaInvalidResponse", target_duration=0.25),
        {
            "RequestCount": 1,
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_502_Count": 1,
            "TargetResponseTime": 0.25,
            "LambdaUserError": 1,
        },
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "access-denied",
        "A function that may not be invoked is an error of the function.",
        _lambda(502, "LambdaAccessDenied"),
        {
            "RequestCount": 1,
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_502_Count": 1,
            "LambdaUserError": 1,
        },
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "too-large",
        "A body that is too large for Lambda is an error of the function, and a 4XX of the load balancer.",
        _lambda(413, "LambdaRequestTooLarge"),
        {"RequestCount": 1, "HTTPCode_ELB_4XX_Count": 1, "LambdaUserError": 1},
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "connection-timeout",
        "A timeout on the way to Lambda is an internal error.",
        _lambda(504, "LambdaConnectionTimeout"),
        {
            "RequestCount": 1,
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_504_Count": 1,
            "LambdaInternalError": 1,
        },
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "no-target",
        "Without a target a request is not in RequestCount.",
        {"status": 503, "target_group": "group"},
        {"HTTPCode_ELB_5XX_Count": 1, "HTTPCode_ELB_503_Count": 1},
    ),
    _case(
        "malformed",
        "A request that is refused is not in RequestCount.",
        {"status": 400},
        {"HTTPCode_ELB_4XX_Count": 1},
    ),
    _case(
        "gone-while-waiting",
        "A client that has gone while the function runs is a 4XX, 460.",
        {"status": 460, "target_group": "group"},
        {"RequestCount": 1, "HTTPCode_ELB_4XX_Count": 1},
    ),
    _case(
        "redirect",
        "A redirect is a 3XX of the load balancer.",
        {"status": 301, "action": "redirect"},
        {"HTTPCode_ELB_3XX_Count": 1, "HTTP_Redirect_Count": 1},
    ),
    _case(
        "fixed-200",
        "A fixed response is counted.",
        {"status": 200, "action": "fixed-response"},
        {"HTTP_Fixed_Response_Count": 1},
    ),
    _case(
        "fixed-503",
        "A fixed response is a code of the load balancer, too.",
        {"status": 503, "action": "fixed-response"},
        {"HTTP_Fixed_Response_Count": 1, "HTTPCode_ELB_5XX_Count": 1, "HTTPCode_ELB_503_Count": 1},
        NO_SOURCE,
        "guess",
    ),
)


def _login(status: int, reason: str = "", outcome: str = "", asked: float = -1.0) -> dict[str, Any]:
    visit = Visit(asked=asked, outcome=outcome)
    return {"status": status, "reason": reason, "action": "authenticate", "visit": visit}


LOGINS = (
    _case(
        "login",
        "A login that is whole is a success, with how long the provider was asked.",
        _login(302, outcome="success", asked=0.25),
        {"HTTPCode_ELB_3XX_Count": 1, "ELBAuthSuccess": 1, "ELBAuthLatency": 250},
    ),
    _case(
        "login-begun",
        "A redirect to the provider is neither a success nor a failure.",
        _login(302),
        {"HTTPCode_ELB_3XX_Count": 1},
    ),
    _case(
        "login-denied",
        "A login that the provider denies is a failure.",
        _login(401, "AuthMissingCodeParam"),
        {"HTTPCode_ELB_4XX_Count": 1, "ELBAuthFailure": 1},
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "login-error",
        "A provider that cannot be asked is an error.",
        _login(500, "AuthTokenEpRequestTimeout", asked=10),
        {
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_500_Count": 1,
            "ELBAuthError": 1,
            "ELBAuthLatency": 10_000,
        },
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "login-claims",
        "Claims that are too large have a metric of their own.",
        _login(500, "AuthUserinfoResponseSizeExceeded", asked=1),
        {
            "HTTPCode_ELB_5XX_Count": 1,
            "HTTPCode_ELB_500_Count": 1,
            "ELBAuthUserClaimsSizeExceeded": 1,
            "ELBAuthLatency": 1000,
        },
        f"{GUIDE}; {LOGS}: error reason codes",
    ),
    _case(
        "login-refreshed",
        "Claims that are fresh by a refresh token are a success of their own.",
        _login(200, outcome="refreshed", asked=0.5) | _target(200),
        {
            "RequestCount": 1,
            "HTTPCode_Target_2XX_Count": 1,
            "TargetResponseTime": 0.25,
            "ELBAuthRefreshTokenSuccess": 1,
            "ELBAuthLatency": 500,
        },
    ),
    _case(
        "login-then-fixed",
        "A fixed response behind a login is counted as another.",
        _login(200) | {"action": "authenticate,fixed-response"},
        {"HTTP_Fixed_Response_Count": 1},
        NO_SOURCE,
        "guess",
    ),
    _case(
        "token-refused",
        "A token that is refused is a failed validation.",
        _login(401, "JWTClaimValueInvalid"),
        {"HTTPCode_ELB_4XX_Count": 1, "JWTValidationFailureCount": 1},
        NO_SOURCE,
        "guess",
    ),
    _case(
        "token",
        "A token that passes is a good one.",
        _login(200, outcome="valid") | _target(200),
        {
            "RequestCount": 1,
            "HTTPCode_Target_2XX_Count": 1,
            "TargetResponseTime": 0.25,
            "JWTValidationSuccessCount": 1,
        },
        NO_SOURCE,
        "guess",
    ),
)

SECTIONS: Mapping[str, tuple[MetricCase, ...]] = {
    "What a function answers": TARGETS,
    "What an address answers": ADDRESSES,
    "What the load balancer answers": BALANCER,
    "Who logs in": LOGINS,
}
