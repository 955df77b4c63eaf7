"""Why a client was not let in, in the words of the access log's `error_reason`, and where each is counted.

User guide, "Access logs", "Error reason codes". Those of the nonce: re:Post, "How do I troubleshoot
authentication issues in my Application Load Balancer?".
"""

from __future__ import annotations

INVALID_COOKIE = "AuthInvalidCookie"
INVALID_GRANT = "AuthInvalidGrantError"
INVALID_ID_TOKEN = "AuthInvalidIdToken"
INVALID_NONCE = "AuthInvalidAWSALBAuthNonce"
INVALID_STATE = "AuthInvalidStateParam"
INVALID_TOKEN_RESPONSE = "AuthInvalidTokenResponse"
INVALID_USER_INFO = "AuthInvalidUserinfoResponse"
MISSING_CODE = "AuthMissingCodeParam"
MISSING_HOST = "AuthMissingHostHeader"
MISSING_NONCE = "AuthMissingAWSALBAuthNonce"
MISSING_STATE = "AuthMissingStateParam"
TOKEN_FAILED = "AuthTokenEpRequestFailed"
TOKEN_TIMEOUT = "AuthTokenEpRequestTimeout"
USER_INFO_FAILED = "AuthUserinfoEpRequestFailed"
USER_INFO_TIMEOUT = "AuthUserinfoEpRequestTimeout"
CLAIMS_TOO_LARGE = "AuthUserinfoResponseSizeExceeded"

FAILURE, ERROR = "ELBAuthFailure", "ELBAuthError"
# Guess: the reasons of the nonce count as those of the state do.
METRICS = {
    **dict.fromkeys(
        (
            *(INVALID_COOKIE, INVALID_GRANT, INVALID_ID_TOKEN, INVALID_NONCE, INVALID_STATE),
            *(INVALID_TOKEN_RESPONSE, INVALID_USER_INFO, MISSING_CODE, MISSING_NONCE, MISSING_STATE),
        ),
        FAILURE,
    ),
    **dict.fromkeys((MISSING_HOST, TOKEN_FAILED, TOKEN_TIMEOUT, USER_INFO_FAILED, USER_INFO_TIMEOUT), ERROR),
    CLAIMS_TOO_LARGE: "ELBAuthUserClaimsSizeExceeded",
}
OUTCOMES = {
    "success": "ELBAuthSuccess",
    "refreshed": "ELBAuthRefreshTokenSuccess",
    "valid": "JWTValidationSuccessCount",
}

# Of jwt-validation. Published lists have these names; which fault has which is a guess where two would do.
JWT_HEADER = "JWTHeaderNotPresent"
JWT_FORMAT = "JWTRequestFormatInvalid"
JWT_SIGNATURE = "JWTSignatureValidationError"
JWT_CLAIM_MISSING = "JWTClaimNotPresent"
JWT_CLAIM_FORMAT = "JWTClaimFormatInvalid"
JWT_CLAIM_VALUE = "JWTClaimValueInvalid"
JWKS_TIMEOUT = "JWKSRequestTimeout"
JWKS_INVALID = "JWKSResponseInvalid"  # guess: the name

METRICS |= dict.fromkeys(
    (JWT_HEADER, JWT_FORMAT, JWT_SIGNATURE, JWT_CLAIM_MISSING, JWT_CLAIM_FORMAT, JWT_CLAIM_VALUE),
    "JWTValidationFailureCount",
)
