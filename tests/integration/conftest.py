"""The stacks the integration tests call, begun at once: on AWS each waits a minute for its load balancer."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from localalb.stacks.session import Stacks
from localalb.stacks.stack import Stack
from tests.certificates import Authority

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
DESTROYED = "localalb-destroyed"
NAMES = ("one.example.com", "two.example.com")
OFFICE = {"office_cidr_blocks": ["0.0.0.0/0"]}


@dataclass(frozen=True)
class Certificates:
    """One for each of NAMES, in ACM; `root` is a file with the certificate to trust."""

    arns: list[str]
    root: Path


@pytest.fixture(scope="session")
def certificates(terraform_stack: Stacks, tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    authority, acm = Authority(), boto3.client("acm")
    arns = [authority.issue(name).imported(acm) for name in NAMES]
    root = tmp_path_factory.mktemp("authority") / "root.pem"
    root.write_bytes(authority.root)
    terraform_stack.afterwards(lambda: [acm.delete_certificate(CertificateArn=arn) for arn in arns])
    return Certificates(arns, root)


def code(path: Path, text: str) -> bytes:
    """A zip with a function that answers `text`."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "lambda_function.py",
            f"def lambda_handler(event, context):\n    return {{'statusCode': 200, 'body': {text!r}}}\n",
        )
    return path.read_bytes()


@pytest.fixture(scope="session")
def package_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "function.zip"
    code(path, "from a file")
    return path


@pytest.fixture(scope="session")
def package_s3(terraform_stack: Stacks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    s3 = boto3.client("s3")
    bucket = f"localalb-packages-{uuid4().hex[:12]}"
    region = s3.meta.region_name
    if region == "us-east-1":
        s3.create_bucket(Bucket=bucket)
    else:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    body = code(tmp_path_factory.mktemp("packages") / "function.zip", "from S3")
    s3.put_object(Bucket=bucket, Key="function.zip", Body=body)
    yield {"bucket": bucket, "key": "function.zip"}
    s3.delete_object(Bucket=bucket, Key="function.zip")
    s3.delete_bucket(Bucket=bucket)


@pytest.fixture(scope="session", autouse=True)
def begun(
    terraform_stack: Stacks, package_file: Path, package_s3: dict[str, str], certificates: Certificates
) -> None:
    terraform_stack.start(ROOT)
    terraform_stack.start(EXAMPLES / "https", certificate_arns=certificates.arns)
    terraform_stack.start(EXAMPLES / "many-functions", **OFFICE)
    terraform_stack.start(ROOT, name=DESTROYED)
    terraform_stack.start(ROOT, name="localalb-file", package_file=str(package_file))
    terraform_stack.start(ROOT, name="localalb-s3", package_s3=package_s3)


@pytest.fixture(scope="session")
def walkthrough(terraform_stack: Stacks) -> Stack:
    """The root module, applied with no input."""
    return terraform_stack(ROOT)


@pytest.fixture(scope="session")
def https(terraform_stack: Stacks, certificates: Certificates) -> Stack:
    """Two names, a certificate each."""
    stack = terraform_stack(EXAMPLES / "https", certificate_arns=certificates.arns)
    stack.names |= dict.fromkeys(NAMES, stack.outputs["dns_name"])
    return stack


@pytest.fixture(scope="session")
def many_functions(terraform_stack: Stacks) -> Stack:
    """One load balancer, three functions; everywhere is the office."""
    return terraform_stack(EXAMPLES / "many-functions", **OFFICE)


@pytest.fixture(scope="session")
def existing_listener(terraform_stack: Stacks, many_functions: Stack) -> Stack:
    """A second state, which adds a function to the listener of the first."""
    return terraform_stack(
        EXAMPLES / "existing-listener", listener_arn=many_functions.outputs["listener_arn"]
    )


@pytest.fixture(scope="session")
def to_be_destroyed(terraform_stack: Stacks) -> Stack:
    """The root module once more, under a name, for the test that destroys it."""
    return terraform_stack(ROOT, name=DESTROYED)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The README's local commands have nothing to prove on AWS, and it reaches no server on this machine."""
    if (
        collection_path.name in ("test_commands.py", "test_targets.py")
        and config.getoption("--cloud") == "aws"
    ):
        return True
    return None
