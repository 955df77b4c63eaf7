"""What Elastic Load Balancing refuses of listeners: ports, certificates and security policies."""

from __future__ import annotations

from typing import Any

from localalb.control_plane.discovery import rules as read_rules
from localalb.control_plane.existing import Existing, Listener
from localalb.control_plane.refusals.reason import Api, Refusal, invalid
from localalb.control_plane.security_policies import POLICIES


def port_of_another_listener(call: Api, existing: Existing) -> Refusal | None:
    balancer = existing.load_balancers.get(call["LoadBalancerArn"])
    for listener in balancer.listeners if balancer else ():
        if listener.port == call.get("Port") and not _same_listener(call, listener):
            words = "A listener already exists on this port for this load balancer"
            return Refusal("DuplicateListener", f"{words} '{call['LoadBalancerArn']}'")
    return None


def _same_listener(call: Api, listener: Listener) -> bool:
    return (
        call.get("Protocol") == listener.protocol
        and _certificate(call) == listener.certificate
        and bool(call.get("DefaultActions"))
        and read_rules.action(call["DefaultActions"]) == read_rules.action(listener.actions)
    )


def port_in_use(call: Api, existing: Existing) -> Refusal | None:
    owner = existing.owner(call["ListenerArn"])
    if owner is None:
        return None
    balancer, mine = owner
    others = [listener.port for listener in balancer.listeners if listener is not mine]
    if call.get("Port") not in others:
        return None
    return Refusal("ValidationError", f"Listener port '{call['Port']}' is already in use")


def certificates(call: Api, existing: Existing) -> Refusal | None:
    """CreateListener and ModifyListener, `Certificates`: one that exists, for HTTPS. Words: pulumi-awsx
    #1242, fargatecli #104; the third is a guess."""
    given = [each.get("CertificateArn") for each in call.get("Certificates") or ()]
    protocol, kept = _protocol(call, existing)
    if protocol == "HTTPS" and not given and not kept:
        return invalid("A certificate must be specified for HTTPS listeners")
    if protocol == "HTTP" and given:
        return invalid("A certificate cannot be specified for HTTP listeners")
    return one_certificate(call, existing) or certificates_exist(call, existing)


def one_certificate(call: Api, existing: Existing) -> Refusal | None:
    """`Certificates` of CreateListener, ModifyListener and AddListenerCertificates. Words: aws-cdk #16509,
    where CloudFormation tells of the code as of a limit."""
    count = len(call.get("Certificates") or ())
    words = f"Up to '1' certificate ARNs can be specified, but '{count}' were specified"
    return Refusal("TooManyCertificates", words) if count > 1 else None


def certificates_exist(call: Api, existing: Existing) -> Refusal | None:
    """CertificateNotFound of CreateListener, ModifyListener and AddListenerCertificates."""
    for each in call.get("Certificates") or ():
        arn = each.get("CertificateArn") or ""
        if not existing.certificate(arn):
            return Refusal("CertificateNotFound", f"Certificate '{arn}' not found")
    return None


def security_policy(call: Api, existing: Existing) -> Refusal | None:
    """CreateListener and ModifyListener, `SslPolicy`. Words: planx-new #1051 (the spelling is AWS's),
    terraform-aws-elastic-beanstalk-environment #81; those of SSLPolicyNotFound are a guess."""
    policy = call.get("SslPolicy")
    if policy is None:
        return None
    protocol, _ = _protocol(call, existing)
    if protocol == "HTTP":
        return invalid("An SSL policy cannot be specifed for HTTP listeners") if policy else None
    if not policy:
        return invalid("An SSL policy must be specified for HTTPS listeners")
    if policy not in POLICIES:
        return Refusal("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
    return None


def mutual_authentication(call: Api, existing: Existing) -> Refusal | None:
    """CreateListener and ModifyListener, MutualAuthenticationAttributes: of HTTPS, a mode, a trust store to
    verify with and for nothing else (provider #35452). A guess of words."""
    given: Api = call.get("MutualAuthentication") or {}
    mode = given.get("Mode") or "off"
    if mode not in ("off", "passthrough", "verify"):
        return invalid(f"Mutual authentication mode '{mode}' must be one of [off, passthrough, verify]")
    if mode != "off" and _protocol(call, existing)[0] == "HTTP":
        return invalid("Mutual authentication cannot be specified for HTTP listeners")
    if (mode == "verify") != bool(given.get("TrustStoreArn")):
        return invalid("A trust store must be specified for the mutual authentication mode 'verify' alone")
    return None


def alpn_policy(call: Api, existing: Existing) -> Refusal | None:
    """CreateListener and ModifyListener, `AlpnPolicy`: of TLS listeners. A guess of words."""
    if call.get("AlpnPolicy") and _protocol(call, existing)[0] in ("HTTP", "HTTPS"):
        return invalid("An ALPN policy cannot be specified for HTTP and HTTPS listeners")
    return None


def more_certificates(call: Api, existing: Existing) -> Refusal | None:
    """AddListenerCertificates: of a secure listener, without `IsDefault`. A guess of words."""
    if any(each.get("IsDefault") is not None for each in call.get("Certificates") or ()):
        return invalid("'IsDefault' cannot be specified")
    if _protocol(call, existing)[0] == "HTTP":
        return invalid("A certificate cannot be specified for HTTP listeners")
    return None


def default_certificate(call: Api, existing: Existing) -> Refusal | None:
    """OperationNotPermitted of RemoveListenerCertificates. A guess of words."""
    _, kept = _protocol(call, existing)
    if kept and any(each.get("CertificateArn") == kept for each in call.get("Certificates") or ()):
        return Refusal("OperationNotPermitted", f"Default certificate '{kept}' cannot be removed")
    return None


def _protocol(call: Api, existing: Existing) -> tuple[Any, str | None]:
    """The protocol that a listener gets or has, and the certificate that it has."""
    owner = existing.owner(call.get("ListenerArn", ""))
    protocol, kept = (owner[1].protocol, owner[1].certificate) if owner else (None, None)
    return call.get("Protocol") or protocol, kept


def _certificate(call: Api) -> str | None:
    return next((each["CertificateArn"] for each in call.get("Certificates") or ()), None)
