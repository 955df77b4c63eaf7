"""Logs of load balancers: the buckets that they may be written to."""

from __future__ import annotations

from tests.cases.calls.call import API, OBSERVED, CallCase, refused

DENIED = "Access Denied for bucket: {}. Please check S3bucket permission"
SEEN = "terraform-aws-s3-bucket #185"
KINDS = ("access_logs", "connection_logs", "health_check_logs")


def attributes(kind: str, bucket: str, prefix: str = "", balancer: str = "{idle}") -> dict[str, object]:
    pairs = {"enabled": "true", "bucket": bucket, "prefix": prefix}
    keys = [{"Key": f"{kind}.s3.{name}", "Value": value} for name, value in pairs.items()]
    return {"LoadBalancerArn": balancer, "Attributes": keys}


LOGS = (
    *(
        refused(
            "ModifyLoadBalancerAttributes",
            f"{kind}-{id}",
            fact,
            attributes(kind, bucket, prefix),
            DENIED.format(bucket),
            SEEN,
            OBSERVED,
            code="InvalidConfigurationRequest",
        )
        for kind in KINDS
        for id, fact, bucket, prefix in (
            ("to-no-bucket", "The bucket of logs exists.", "nobodys.example", ""),
            ("to-a-closed-bucket", "Its policy lets load balancers write.", "{closed}", ""),
            ("elsewhere-in-a-bucket", "It lets them write under the prefix.", "{open}", "elsewhere"),
        )
    ),
    refused(
        "ModifyLoadBalancerAttributes",
        "logs-in-another-region",
        "The bucket is in the region of the load balancer; the message is that of a Classic Load Balancer.",
        attributes("access_logs", "{far}"),
        "S3Bucket: {far} is not located in the same region with ELB: {idle}",
        "terraform #12010",
        OBSERVED,
        code="InvalidConfigurationRequest",
    ),
    *(
        CallCase(
            id=f"{kind}-to-an-open-bucket",
            fact="A bucket whose policy names the service takes them.",
            source=API + "LoadBalancerAttribute; user guide, Access logs",
            confidence=OBSERVED,
            operation="ModifyLoadBalancerAttributes",
            arguments=attributes(kind, "{open}", "logs", "{busy}"),  # idle stays without
        )
        for kind in KINDS
    ),
)
