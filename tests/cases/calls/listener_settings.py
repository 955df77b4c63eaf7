"""Settings of listeners: ports, certificates, security policies."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    API,
    FIXED,
    LESS,
    MORE,
    OBSERVED,
    CallCase,
    Row,
    constraint,
    refused,
)

CERTIFICATE = "A certificate must be specified for HTTPS listeners"


def of_listener(
    id: str, fact: str, changed: dict[str, Any], message: str, source: str, **more: Any
) -> CallCase:
    arguments = {
        "LoadBalancerArn": "{idle}",
        "Protocol": "HTTP",
        "Port": 80,
        "DefaultActions": FIXED,
    } | changed
    return refused("CreateListener", id, fact, arguments, message, source, **more)


MINE = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": "{mine}"}]}
MOTO = "moto, test_elbv2, for the message"
SETTINGS: tuple[Row, ...] = (
    (
        "port-0",
        "Ports begin with 1.",
        {"Port": 0},
        constraint("0", "port", MORE.format(1)),
        API + "CreateListener: Port",
        {},
    ),
    (
        "port-65536",
        "Ports end with 65535.",
        {"Port": 65536},
        constraint("65536", "port", LESS.format(65535)),
        API + "CreateListener: Port",
        {},
    ),
    (
        "no-port",
        "A listener has a port.",
        {"Port": None},
        "A listener port must be specified",
        f"{API}CreateListener: Port; {MOTO}",
        {"by_moto": True},
    ),
    (
        "no-protocol",
        "A listener has a protocol.",
        {"Protocol": None},
        "A listener protocol must be specified",
        f"{API}CreateListener: Protocol; {MOTO}",
        {"by_moto": True},
    ),
    (
        "protocol-ftp",
        "The API reference names the protocols.",
        {"Protocol": "FTP"},
        constraint("FTP", "protocol", "Member must satisfy enum value set: ["),
        API + "CreateListener: Protocol",
        {},
    ),
    (
        "protocol-tcp",
        "An Application Load Balancer has HTTP and HTTPS.",
        {"Protocol": "TCP"},
        "Listener protocol 'TCP' must be one of '",
        f"{API}CreateListener: Protocol; {MOTO}",
        {"by_moto": True},
    ),
    (
        "no-default-actions",
        "A listener has an action; that the message is ModifyListener's is a guess.",
        {"DefaultActions": []},
        "An action must be specified",
        "provider #40022",
        {},
    ),
    (
        "http-with-a-certificate",
        "A listener for HTTP has no certificate.",
        {**MINE, "Protocol": "HTTP"},
        "A certificate cannot be specified for HTTP listeners",
        "fargatecli#104",
        {"confidence": OBSERVED},
    ),
    (
        "http-with-a-policy",
        "Nor a security policy.",
        {"SslPolicy": "ELBSecurityPolicy-2016-08"},
        "An SSL policy cannot be specifed for HTTP listeners",
        "planx-new#1051",
        {"confidence": OBSERVED},
    ),
    (
        "https-with-an-empty-policy",
        "One for HTTPS has one.",
        {**MINE, "SslPolicy": ""},
        "An SSL policy must be specified for HTTPS listeners",
        "terraform-aws-elastic-beanstalk-environment#81",
        {"confidence": OBSERVED},
    ),
    (
        "https-with-a-strange-policy",
        "It exists; the message is a guess.",
        {**MINE, "SslPolicy": "strict"},
        "SSL policy 'strict' not found",
        API + "CreateListener: SSLPolicyNotFound",
        {"code": "SSLPolicyNotFound"},
    ),
    (
        "https-with-two-certificates",
        "A listener begins with one certificate.",
        {**MINE, "Certificates": [{"CertificateArn": "{mine}"}, {"CertificateArn": "{mine}"}]},
        "Up to '1' certificate ARNs can be specified, but '2' were specified",
        API + "CreateListener: TooManyCertificates; aws-cdk #16509, for the message",
        {"code": "TooManyCertificates"},
    ),
    (
        "https-with-a-certificate-that-is-not-there",
        "Its certificate exists; the message is a guess.",
        {**MINE, "Certificates": [{"CertificateArn": "{mine}0"}]},
        "Certificate '{mine}0' not found",
        API + "CreateListener: CertificateNotFound",
        {"code": "CertificateNotFound"},
    ),
    (
        "listener-of-no-load-balancer",
        "Its load balancer exists.",
        {"LoadBalancerArn": "{idle}0"},
        "",
        API + "CreateListener: LoadBalancerNotFound",
        {"code": "LoadBalancerNotFound", "by_moto": True},
    ),
)
