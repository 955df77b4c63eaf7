"""What rules do: weights and the stickiness cookie, redirects that a client follows, fixed responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
import requests

from localalb.stacks.adapter import Adapter, local_address
from tests.certificates import Authority
from tests.cloud.conftest import Deploy
from tests.sites import Site, Sites, fixed, says
from tests.waiting import until

MANY = 30  # that a fair coin falls on one side so many times: one in 2**29


@dataclass(frozen=True)
class Two:
    """A site, and the target group of another function."""

    site: Site
    other: str
    cloud: Sites

    def weigh(self, mine: int, other: int, stickiness: Mapping[str, Any] | None = None) -> None:
        groups = [
            {"TargetGroupArn": self.site.target_group, "Weight": mine},
            {"TargetGroupArn": self.other, "Weight": other},
        ]
        config = {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness or {"Enabled": False}}
        self.cloud.elbv2.modify_listener(
            ListenerArn=self.site.listener, DefaultActions=[{"Type": "forward", "ForwardConfig": config}]
        )

    def answers(self, count: int = MANY, cookie: str = "") -> list[str]:
        headers = {"Cookie": cookie} if cookie else {}
        return [self.site.ask(headers=headers).text for _ in range(count)]


@pytest.fixture(scope="module")
def two(cloud: Sites) -> Iterator[Two]:
    with cloud.deployed(says("mine")) as site:
        other = cloud.target_group(cloud.function(says("other")))
        yield Two(site, other, cloud)


def test_weights(two: Two) -> None:
    two.weigh(1, 1)
    assert set(two.answers()) == {"mine", "other"}
    two.weigh(0, 1)
    assert set(two.answers()) == {"other"}
    two.weigh(999, 0)
    assert set(two.answers()) == {"mine"}


def test_weights_are_shares(two: Two) -> None:
    two.weigh(3, 1)
    count = two.answers(200).count("mine")
    assert 110 < count < 190  # 150 is expected; 40 off is six and a half standard deviations


def test_a_client_stays_with_its_target_group_and_others_spread(two: Two) -> None:
    two.weigh(1, 1, {"Enabled": True, "DurationSeconds": 60})
    with requests.Session() as client:
        client.trust_env = False
        first = client.get(two.site.url, timeout=10)
        assert {client.get(two.site.url, timeout=10).text for _ in range(MANY)} == {first.text}
    assert set(two.answers()) == {"mine", "other"}
    cookies = dict(pair.split("=", 1) for pair in first.headers["Set-Cookie"].split(", AWS"))
    assert set(cookies) == {"AWSALBTG", "ALBTGCORS"}
    assert "Path=/" in cookies["AWSALBTG"]
    assert "Expires=" in cookies["AWSALBTG"]
    assert "SameSite=None; Secure" in cookies["ALBTGCORS"]
    assert two.site.target_group not in first.headers["Set-Cookie"], "it is encrypted"


def sticky_cookie(two: Two, name: str) -> str:
    two.weigh(1, 1, {"Enabled": True, "DurationSeconds": 60})
    cookies = two.site.ask().cookies
    assert name in cookies
    return str(cookies[name])


@pytest.mark.parametrize("name", ["AWSALBTG", "AWSALBTGCORS"])
def test_either_cookie_is_enough_among_others(two: Two, name: str) -> None:
    value = sticky_cookie(two, name)
    assert len(set(two.answers(MANY, f"a=b; {name}={value}; c=d"))) == 1


def test_a_cookie_that_was_tampered_with_is_ignored(two: Two) -> None:
    value = sticky_cookie(two, "AWSALBTG")
    half = len(value) // 2
    changed = value[:half] + ("A" if value[half] != "A" else "B") + value[half + 1 :]
    assert set(two.answers(MANY, f"AWSALBTG={changed}")) == {"mine", "other"}


def test_a_cookie_that_was_url_encoded_fails(two: Two) -> None:
    """User guide, "Access logs", "Error reason codes": AWSALBTGCookieInvalid, of a request that fails, "for
    example" where "cookie values are URL encoded"."""
    value = sticky_cookie(two, "AWSALBTG")
    encoded = "%" + format(ord(value[0]), "02X") + quote(value[1:], safe="")
    (page,) = set(two.answers(MANY, f"AWSALBTG={encoded}"))
    assert "400 Bad Request" in page


def test_stickiness_ends_with_its_duration(two: Two) -> None:
    value = sticky_cookie(two, "AWSALBTG")
    two.weigh(1, 1, {"Enabled": True, "DurationSeconds": 1})
    # Made before, with 60 seconds to live: a second after it was made it holds for this rule no more.
    cookie = f"AWSALBTG={value}"
    assert until(lambda: len(set(two.answers(10, cookie))) == 2, 5)


def test_http_is_redirected_to_https_and_a_client_follows(
    cloud: Sites, deploy: Deploy, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    roots = tmp_path_factory.mktemp("roots") / "root.pem"
    roots.write_bytes(authority.root)
    site = deploy()
    certificate = authority.issue(site.dns_name).imported(cloud.client("acm"))
    forward = {"Type": "forward", "TargetGroupArn": site.target_group}
    cloud.listener(site.load_balancer, forward, port=443, certificate=certificate)
    to_https = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    cloud.elbv2.modify_listener(
        ListenerArn=site.listener, DefaultActions=[{"Type": "redirect", "RedirectConfig": to_https}]
    )
    with requests.Session() as client:
        client.trust_env = False
        for scheme in ("http://", "https://"):
            client.mount(scheme, Adapter({}, partial(local_address, cloud.endpoint)))
        client.verify = str(roots)
        response = client.get(f"http://{site.dns_name}/a%20b?c=d%2Fe", timeout=10)
    assert response.url == f"https://{site.dns_name}:443/a%20b?c=d%2Fe"
    (redirect,) = response.history
    assert redirect.status_code == 301
    assert redirect.headers["Location"] == f"https://{site.dns_name}:443/a%20b?c=d%2Fe"
    assert redirect.content == (
        b"<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n"
        b"<center><h1>301 Moved Permanently</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    event = response.json()
    assert event["headers"]["x-forwarded-proto"] == "https"
    assert event["headers"]["x-forwarded-port"] == "443"
    assert event["headers"]["host"] == site.dns_name
    assert event["queryStringParameters"] == {"c": "d%2Fe"}


def test_a_redirect_with_every_placeholder(cloud: Sites, deploy: Deploy) -> None:
    site = deploy()
    config = {
        "Protocol": "#{protocol}",
        "Host": "www.#{host}",
        "Port": "#{port}",
        "Path": "/old/#{path}",
        "Query": "#{query}&from=#{host}",
        "StatusCode": "HTTP_302",
    }
    cloud.rule(site, {"Type": "redirect", "RedirectConfig": config})
    response = site.ask("/x/y?a=1", headers={"Host": "example.com"})
    assert response.status_code == 302
    assert response.headers["Location"] == "http://www.example.com:80/old/x/y?a=1&from=example.com"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/css", "text/html", "application/javascript", "application/json"]
)
def test_a_fixed_response(cloud: Sites, echo: Site, content_type: str) -> None:
    action = fixed("caf\u00e9 " + "x" * 1000, 418)
    action["FixedResponseConfig"]["ContentType"] = content_type
    rule = cloud.rule(echo, action, path="/fixed")
    response = echo.ask("/fixed", "POST", data=b"anything")
    assert response.status_code == 418
    assert response.headers["Content-Type"] == content_type
    assert response.content == ("caf\u00e9 " + "x" * 1000).encode()
    assert echo.ask("/fixed", "HEAD").content == b""
    assert echo.ask("/other").status_code == 200
    cloud.elbv2.delete_rule(RuleArn=rule)


BUILT = """
def handler(event, context):
    host = event["headers"]["host"].partition(":")[0]
    return {"statusCode": 302, "headers": {"Location": f"http://{host}/built"}}
"""


def test_a_location_leads_back_to_the_local_port(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(BUILT)
    host, port = site.address
    to_itself = {"Type": "redirect", "RedirectConfig": {"Path": "/moved", "StatusCode": "HTTP_301"}}
    cloud.rule(site, to_itself, path="/rule")

    def location(path: str, host: str) -> str:
        return site.ask(path, headers={"Host": host}).headers["Location"]

    assert location("/", f"{host}:{port}") == f"http://{host}:{port}/built"
    assert location("/rule", f"{host}:{port}") == f"http://{host}:{port}/moved"
    assert location("/", f"localhost:{port}") == f"http://localhost:{port}/built"
    assert location("/", site.dns_name) == f"http://{site.dns_name}/built"
    assert location("/rule", site.dns_name) == f"http://{site.dns_name}:80/moved"
