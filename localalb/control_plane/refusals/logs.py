"""What Elastic Load Balancing refuses of the logs that load balancers write into buckets of S3.

It writes a file to try when logs are turned on, so it is then that a bucket is refused (user guide, "Access
logs", "Troubleshooting").
"""

from __future__ import annotations

from localalb.control_plane import permission
from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, invalid

# The attributes of each kind of log, and the file that is written to try.
_TRIED = {
    "access_logs": "ELBAccessLogTestFile",
    "connection_logs": "ELBConnectionLogTestFile",
    "health_check_logs": "ELBHealthCheckLogTestFile",
}


def bucket_and_prefix(call: Api, existing: Existing) -> Refusal | None:
    """LoadBalancerAttribute: the bucket is required where logs are on; the prefix names no AWSLogs ("Access
    logs", step 1). A guess of words."""
    given, has = _attributes(call, existing)
    for kind in _TRIED:
        if given.get(f"{kind}.s3.enabled") == "true" and not has.get(f"{kind}.s3.bucket"):
            return invalid(f"The value of '{kind}.s3.bucket' cannot be empty")
        if "AWSLogs" in (given.get(f"{kind}.s3.prefix") or ""):
            return Refusal("InvalidConfigurationRequest", f"'{kind}.s3.prefix' cannot include 'AWSLogs'")
    return None


def may_be_written(call: Api, existing: Existing) -> Refusal | None:
    """A bucket that exists, in the region, whose policy lets load balancers write there. Words:
    terraform-aws-s3-bucket #185; terraform #12010 of another region, of a Classic Load Balancer."""
    given, has = _attributes(call, existing)
    arn = call["LoadBalancerArn"]
    balancer = existing.load_balancers.get(arn)
    if balancer is None or balancer.type != "application":  # another service writes those of other types
        return None
    account = arn.split(":")[4]
    for kind, file in _TRIED.items():
        touched = any(name.startswith(f"{kind}.s3.") for name in given)
        if not touched or has.get(f"{kind}.s3.enabled") != "true":
            continue
        name, prefix = has.get(f"{kind}.s3.bucket") or "", has.get(f"{kind}.s3.prefix") or ""
        bucket = existing.bucket(name)
        if bucket and bucket.region != existing.region:
            words = f"S3Bucket: {name} is not located in the same region with ELB: {arn}"
            return Refusal("InvalidConfigurationRequest", words)
        key = "/".join(filter(None, (prefix, "AWSLogs", account, file)))
        if bucket is None or not permission.lets_write(bucket.policy, bucket=name, key=key, balancer_arn=arn):
            words = f"Access Denied for bucket: {name}. Please check S3bucket permission"
            return Refusal("InvalidConfigurationRequest", words)
    return None


def _attributes(call: Api, existing: Existing) -> tuple[dict[str, str], dict[str, str]]:
    """The attributes of a call, and those that the load balancer has once it is made."""
    balancer = existing.load_balancers.get(call["LoadBalancerArn"])
    given = {each["Key"]: each.get("Value") or "" for each in call.get("Attributes") or ()}
    return given, {**(balancer.attributes if balancer else {}), **given}
