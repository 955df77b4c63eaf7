"""Nobody but who started the cloud enters it: requests as strangers send them, and another user's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from localalb.stacks.home import ask
from tests.sites import Sites, payload
from tests.waiting import until

REPLAY = "/moto-api/recorder/"
SIGN_UP = "AWSCognitoIdentityProviderService.SignUp"


def send(cloud: Sites, method: str, path: str, headers: dict[str, str]) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, cloud.endpoint_url + path, headers=headers, data=b"{}", timeout=10)


ATTACKS: dict[str, tuple[str, str, dict[str, str]]] = {
    "upload a recording": ("POST", REPLAY + "upload-recording", {"Content-Type": "text/plain"}),
    "replay it": ("POST", REPLAY + "replay-recording", {"Content-Type": "text/plain"}),
    "reset everything": ("POST", "/moto-api/reset", {}),
    "stop the cloud": ("POST", "/_localalb/stop", {}),
    "stop the cloud, with the old header": ("POST", "/_localalb/stop", {"X-Localalb": "1"}),
    "read the requests": ("GET", "/_localalb/requests", {}),
    "explain a request": ("POST", "/_localalb/explain", {}),
    "read the logs": ("GET", "/_localalb/logs", {}),
    "stop the cloud, as what nobody signs": ("POST", "/_localalb/stop", {"X-Amz-Target": SIGN_UP}),
    "read the logs, as what nobody signs": ("GET", "/_localalb/logs", {"X-Amz-Target": SIGN_UP}),
    "list functions, as what nobody signs": ("GET", "/2015-03-31/functions/", {"X-Amz-Target": SIGN_UP}),
    "ask for any origin": (
        "OPTIONS",
        "/",
        {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
    ),
    "list functions, unsigned": ("GET", "/2015-03-31/functions/", {}),
    "put an object, unsigned": ("PUT", "/bucket/key", {}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_stranger_is_refused(cloud: Sites, name: str) -> None:
    method, path, headers = ATTACKS[name]
    answer = send(cloud, method, path, headers)
    assert answer.status_code == 403
    assert not [header for header in answer.headers if header.lower().startswith("access-control-")]
    assert ask(cloud.endpoint, "status")["endpoint_url"] == cloud.endpoint_url, "it goes on"


@pytest.mark.parametrize(
    "headers", [{"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}], ids=str
)
@pytest.mark.parametrize("path", ["/_localalb/requests", "/2015-03-31/functions/"])
def test_the_key_does_not_help_a_page(cloud: Sites, path: str, headers: dict[str, str]) -> None:
    """One that somehow learned it, say from a pre-signed URL."""
    key = cloud.endpoint.key
    scope = f"AWS4-HMAC-SHA256 Credential={key}/20261123/us-east-1/lambda/aws4_request, Signature=0"
    credentials = {"X-Localalb": key, "Authorization": scope}
    assert send(cloud, "GET", path, credentials).status_code == 200
    assert send(cloud, "GET", path, credentials | headers).status_code == 403


def client(cloud: Sites, service: str, key: str, secret: str = "testing", token: str | None = None) -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return boto3.Session().client(  # type: ignore[call-overload]
        service, "us-east-1", endpoint_url=cloud.endpoint_url, config=config,
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
    )  # fmt: skip


CALLS = {
    "elbv2": "describe_load_balancers",
    "ec2": "describe_vpcs",
    "s3": "list_buckets",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
}


@pytest.mark.parametrize("service", CALLS)
def test_another_key_is_told_how_to_get_this_one(cloud: Sites, service: str) -> None:
    with pytest.raises(
        ClientError, match=r'another access key than this cloud\'s: eval "\$\(localalb env\)"'
    ) as refused:
        getattr(client(cloud, service, "testing"), CALLS[service])()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    getattr(client(cloud, service, cloud.endpoint.key), CALLS[service])()


def test_a_role_and_a_user_of_the_cloud_may_enter(cloud: Sites) -> None:
    """What the cloud itself gives out: `assume_role` of a Terraform provider, access keys of IAM users."""
    given = client(cloud, "sts", cloud.endpoint.key).assume_role(
        RoleArn=cloud.role, RoleSessionName="session"
    )["Credentials"]
    mine = client(cloud, "sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert mine.get_caller_identity()["Account"]
    iam = cloud.client("iam")
    iam.create_user(UserName="somebody")
    made = iam.create_access_key(UserName="somebody")["AccessKey"]
    assert client(cloud, "lambda", made["AccessKeyId"], made["SecretAccessKey"]).list_functions()


def form(cloud: Sites, **fields: str) -> requests.Response:
    """An unsigned request of the query protocol, as `curl -d` sends it."""
    with requests.Session() as session:
        session.trust_env = False
        return session.post(cloud.endpoint_url, data=fields, timeout=10)


WEB_IDENTITY = {
    "Action": "AssumeRoleWithWebIdentity",
    "Version": "2011-06-15",
    "RoleArn": "arn:aws:iam::123456789012:role/function",
    "RoleSessionName": "session",
}


def test_a_web_identity_shows_the_key_as_its_token(cloud: Sites) -> None:
    """moto believes every token. AWS's clients sign this call with nothing, so the token is what is known."""
    refused = form(cloud, **WEB_IDENTITY, WebIdentityToken="anything")
    assert refused.status_code == 403
    assert "WebIdentityToken is not this cloud's access key" in refused.text
    given = form(cloud, **WEB_IDENTITY, WebIdentityToken=cloud.endpoint.key)
    key = given.text.partition("<AccessKeyId>")[2].partition("<")[0]
    assert client(cloud, "sts", key).get_caller_identity()["Account"]


def test_no_key_comes_of_an_unsigned_call(cloud: Sites) -> None:
    """Cognito's identity pools answer anybody, and moto with the same key each time."""
    target = {
        "X-Amz-Target": "AWSCognitoIdentityService.GetCredentialsForIdentity",
        "Content-Type": "application/x-amz-json-1.1",
    }
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            cloud.endpoint_url, json={"IdentityId": "us-east-1:0"}, headers=target, timeout=10
        )
    given = answer.json()["Credentials"]["AccessKeyId"]
    with pytest.raises(ClientError, match="another access key"):
        client(cloud, "lambda", given).list_functions()


def test_a_session_token_is_nobody_elses(cloud: Sites) -> None:
    """moto gives everybody the same one, which stands in AWS's documentation."""
    given = client(cloud, "sts", cloud.endpoint.key).get_session_token()["Credentials"]["AccessKeyId"]
    assert client(cloud, "lambda", given).list_functions()
    with pytest.raises(ClientError, match="another access key"):
        client(cloud, "lambda", "AKIAIOSFODNN7EXAMPLE").list_functions()


def test_a_pre_signed_url_needs_no_header(cloud: Sites) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="presigned")
    s3.put_object(Bucket="presigned", Key="a", Body=b"hello")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "presigned", "Key": "a"})
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(url, timeout=10).content == b"hello"
        assert session.get(url.replace(cloud.endpoint.key, "LKIAOTHER"), timeout=10).status_code == 403


def test_a_function_calls_the_cloud_with_its_own_key(cloud: Sites) -> None:
    source = (
        "import boto3\ndef handler(event, context):\n"
        "    return boto3.client('sts').get_caller_identity()['Account']\n"
    )
    arn = cloud.function(source)
    assert payload(cloud.functions.invoke(FunctionName=arn)) == arn.split(":")[4]


def test_another_user_of_the_machine_is_refused(cloud: Sites) -> None:
    """Only root can become somebody else; for anybody else, the table above says the same."""
    script = (
        "import sys, urllib.request, urllib.error\n"
        "try: urllib.request.urlopen(sys.argv[1] + '/2015-03-31/functions/', timeout=10)\n"
        "except urllib.error.HTTPError as error: print(error.code)\n"
    )
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    command = [python, "-I", "-c", script, cloud.endpoint_url]
    if os.getuid() == 0 and (runuser := shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin")):
        command = [runuser, "-u", "nobody", "--", *command]
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd="/", env={"PATH": "/usr/bin:/bin"}
    )
    assert result.stdout.strip() == "403", result.stderr


def test_files_are_the_owners(tmp_path: Path) -> None:
    """`.localalb` is 0700 and what lies in it 0600, whatever the shell's umask."""
    before = os.umask(0)
    command = [sys.executable, "-m", "localalb"]
    try:
        (tmp_path / "main.tf").write_text('resource "terraform_data" "secret" {\n  input = "hunter2"\n}\n')
        subprocess.run([*command, "up", str(tmp_path)], capture_output=True, timeout=120)
        home = tmp_path / ".localalb"
        assert until(lambda: (home / "terraform.tfstate").exists())
        open_to_others = [
            path.relative_to(tmp_path)
            for path in (home, *home.rglob("*"))
            if path.lstat().st_mode & 0o077 and not path.is_symlink() and "terraform" not in path.parts
        ]
        assert open_to_others == []
        assert stat.S_IMODE((home / "terraform.tfstate").stat().st_mode) == 0o600
    finally:
        os.umask(before)
        subprocess.run([*command, "down", str(tmp_path)], capture_output=True, timeout=60)
