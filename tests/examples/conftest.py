"""The examples that tests/integration leaves out, begun at once: each waits for its load balancer."""

from __future__ import annotations

import boto3
import pytest

from localalb.stacks.session import Stacks
from tests.certificates import Authority
from tests.hcl import ROOT

EXAMPLES = ROOT / "examples"
NAME = "www.example.com"
PROVIDER = {"issuer": "https://login.example.com", "client_id": "hello", "client_secret": "not a secret"}


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def certificate_arns(terraform_stack: Stacks, authority: Authority) -> list[str]:
    acm = boto3.client("acm")
    arn = authority.issue(NAME).imported(acm)
    terraform_stack.afterwards(lambda: acm.delete_certificate(CertificateArn=arn))
    return [arn]


@pytest.fixture(scope="session", autouse=True)
def begun(terraform_stack: Stacks, certificate_arns: list[str]) -> None:
    terraform_stack.start(EXAMPLES / "canary")
    terraform_stack.start(EXAMPLES / "login", certificate_arns=certificate_arns, **PROVIDER)
    terraform_stack.start(EXAMPLES / "powertools")
    terraform_stack.start(EXAMPLES / "private")
    terraform_stack.start(EXAMPLES / "production", certificate_arns=certificate_arns, protected=False)


@pytest.fixture(scope="session")
def trusted(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the certificate to trust."""
    path = tmp_path_factory.mktemp("authority") / "root.pem"
    path.write_bytes(authority.root)
    return str(path)
