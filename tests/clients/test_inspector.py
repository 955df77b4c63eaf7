"""The inspector as a developer uses it, in a browser: what somebody sees, presses, and hears of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from localalb.stacks.home import ask
from tests.clients.axe import violations
from tests.clients.browser import Page, browser
from tests.clients.shop import Shop, build
from tests.clients.tools import tool
from tests.sites import running
from tests.waiting import until

# Where a picture of the page at each test's end is kept, if anywhere.
SCREENSHOTS = os.environ.get("LOCALALB_SCREENSHOTS")
ROWS = "[...document.querySelectorAll('.rows .row')]"
HOSTILE = "<img src=x onerror=hacked=1>"


# Where the page goes, and what stands there then.
PLACES = {
    "the list": ("", ".welcome"),
    "rules": ("requests/{}/rules", ".rule-table"),
    "a request as it came": ("requests/{}/request", ".fields"),
    "an event": ("requests/{}/event", ".panel .code"),
    "a result": ("requests/{}/result", ".panel .code"),
    "a response": ("requests/{}/response", ".fields"),
    "a log": ("requests/{}/log", ".log"),
    "the topology": ("topology", ".picture"),
    "the composer": ("compose", ".preview .rule-table"),
    "the invoker": ("invoke", "#invoke-event"),
}
EACH = pytest.mark.parametrize(("place", "there"), PLACES.values(), ids=PLACES)


class Inspector:
    """The page, at work on the shop."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page, self.shop = page, shop

    def open(self, place: str = "") -> None:
        """From nothing, with the key."""
        self.page.open(self.shop.entrance)
        self.page.reload()
        assert until(lambda: self.reads(".state") == "Live"), self.page.text
        if place:
            self.go(place)

    def go(self, place: str) -> None:
        self.page.run(f"location.hash = {json.dumps('#/' + place)}")

    def ask(self, path: str, method: str = "GET", **more: object) -> int:
        """The number of the record of a new request."""
        before = self.last
        self.shop.ask(path, method, **more)
        until(lambda: self.last > before)
        return self.last

    @property
    def last(self) -> int:
        return max((each["id"] for each in self.shop.cloud.requests(self.shop.site)), default=0)

    def opened(self, path: str, method: str = "GET", *, tab: str = "rules", **more: object) -> int:
        """A new request, opened at a tab; its number."""
        number = self.ask(path, method, **more)
        self.go(f"requests/{number}/{tab}")
        assert until(lambda: self.reads(".detail-head .target") == path.replace("+", " ")), self.page.text
        return number

    def tab(self, name: str) -> str:
        """What a tab shows. Its name may go on with a number."""
        tabs = "[...document.querySelectorAll('[role=tab]')]"
        whole = self.page.run(f"{tabs}.find(each => each.textContent.startsWith('{name}')).textContent")
        self.page.click("tab", str(whole))
        return str(self.reads(".panel"))

    def reads(self, selector: str) -> str | None:
        found = self.page.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? null")
        return None if found is None else str(found)

    def targets(self) -> list[str]:
        """The paths in the list, as far as they are drawn, newest first."""
        found = self.page.run(f"{ROWS}.map(row => row.querySelector('.target').textContent)")
        return list(found)

    def lists(self, *targets: str) -> bool:
        return until(lambda: self.targets() == list(targets))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """In a cloud of its own: what the list holds is what these tests sent."""
    with running(tmp_path_factory.mktemp("shop")) as cloud:
        yield build(cloud)


@pytest.fixture(scope="module")
def tab(shop: Shop) -> Iterator[Page]:
    with browser() as page:
        page.may_use_clipboard()
        yield page


@pytest.fixture
def inspector(request: pytest.FixtureRequest, tab: Page, shop: Shop) -> Iterator[Inspector]:
    """At an ordinary window, with nothing remembered."""
    tab.look(1280, 800)
    inspector = Inspector(tab, shop)
    inspector.open()
    tab.run("localStorage.clear()")
    tab.run("window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.blockedURI))")
    yield inspector
    assert tab.run("window.broken") in ([], None), "the page does what its policy forbids"
    if SCREENSHOTS:
        directory = Path(SCREENSHOTS)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f"{request.node.name.replace('/', '_')}.png").write_bytes(tab.picture())


def test_a_request_shows_up_by_itself(inspector: Inspector) -> None:
    inspector.ask("/api/orders?page=41")
    assert until(lambda: inspector.targets()[:1] == ["/api/orders?page=41"])
    cells = inspector.page.run(
        f"[...{ROWS}[0].querySelectorAll('[role=gridcell]')].map(each => each.innerText)"
    )
    assert cells[:5] == ["200", "GET", "/api/orders?page=41", "10", "orders"]


def test_the_key_leaves_the_address(inspector: Inspector) -> None:
    key = urlsplit(inspector.shop.entrance).fragment
    assert key
    assert key not in inspector.page.url
    assert inspector.page.run("document.cookie") == ""
    assert inspector.page.run("localStorage.length") == 0, "the key stays in the tab"


def test_without_a_key_the_page_says_where_to_get_one(inspector: Inspector) -> None:
    inspector.page.run("sessionStorage.clear()")
    inspector.page.reload()
    assert until(lambda: "localalb ui" in inspector.page.text)


FILTERS = {
    "status": ("press", "5xx", ["/api/cart?f"]),
    "rule": ("Filter by rule", "Rule 1", ["/health?f"]),
    "the default rule": ("Filter by rule", "Rule default", ["/login?f"]),
    "function": ("Filter by function", "orders", ["/api/orders?f"]),
}


@pytest.mark.parametrize(("where", "what", "found"), FILTERS.values(), ids=FILTERS)
def test_the_list_is_filtered(inspector: Inspector, where: str, what: str, found: list[str]) -> None:
    for path in ("/health?f", "/api/orders?f", "/api/cart?f", "/login?f"):
        inspector.ask(path)
    inspector.page.write("Filter by text", "?f", "searchbox")
    assert until(lambda: {*inspector.targets()} == {"/health?f", "/api/orders?f", "/api/cart?f", "/login?f"})
    if where == "press":
        inspector.page.click("button", what)
    else:
        inspector.page.choose(where, what)
    assert until(lambda: {*inspector.targets()} == {*found})


def test_a_filter_that_lets_nothing_pass_can_be_taken_back(inspector: Inspector) -> None:
    inspector.ask("/login")
    inspector.page.write("Filter by text", "no such request", "searchbox")
    assert until(lambda: inspector.targets() == [])
    inspector.page.click("button", "Show every request")
    assert until(lambda: "/login" in inspector.targets())


def rules(inspector: Inspector, within: str = ".panel") -> list[list[str]]:
    """The table as it is read, a row a list."""
    rows = f"[...document.querySelectorAll('{within} .rule-table tbody tr')]"
    cells = "[...row.querySelectorAll('th, td')].map(cell => cell.innerText.replaceAll(/\\s+/g, ' ').trim())"
    found: list[list[str]] = inspector.page.run(f"{rows}.map(row => {cells})")
    return found


def test_every_rule_with_each_conditions_verdict_until_the_one_that_takes_it(inspector: Inspector) -> None:
    inspector.opened("/api/orders?page=2")
    assert rules(inspector) == [
        ["1", "path-pattern", "/health", "/api/orders", "no"],
        ["5", "path-pattern", "/old/* or /legacy/*", "/api/orders", "no"],
        ["7", "path-pattern", "/api/orders*", "/api/orders", "yes"],
        ["http-header X-Beta", "yes or true", "no such header", "no"],
        ["passed over 1 of its 2 conditions does not hold"],
        ["10", "path-pattern", "/api/orders*", "/api/orders", "yes"],
        ["http-request-method", "GET or POST or DELETE", "GET", "yes"],
        ["took the request to target group orders, function orders"],
    ]
    assert "3 rules after it were not tried" in inspector.page.text


def test_a_verdict_is_a_sign_too(inspector: Inspector) -> None:
    """Not by colour alone (WCAG 2.2, 1.4.1)."""
    inspector.opened("/api/orders")
    signs = inspector.page.run(
        "[...document.querySelectorAll('.holds .verdict svg')].map(each => each.classList[1])"
    )
    assert signs == ["icon-no", "icon-no", "icon-yes", "icon-no", "icon-yes", "icon-yes"]


def test_what_a_rule_does_that_needs_no_function(inspector: Inspector) -> None:
    inspector.opened("/old/a")
    where = f"https://{inspector.shop.site.dns_name}"
    assert rules(inspector)[-1] == [
        f"took the request redirects to {where.replace('https', 'http')}:80/new/old/a 301"
    ]
    inspector.opened("/health")
    assert rules(inspector)[-1] == ["took the request answers by itself 200 text/plain fine"]
    assert inspector.tab("Event") == "No function was invoked: the rule answers by itself."


def test_the_bytes_as_they_came_and_as_they_were_understood(inspector: Inspector) -> None:
    inspector.opened("/api/orders?page=%2F", headers={"X-Odd": "a  b"})
    shown = inspector.tab("Request")
    assert "GET /api/orders?page=%2F HTTP/1.1" in shown
    assert "X-Odd: a  b" in shown
    came, _, understood = shown.partition("As the load balancer understood it")
    assert came.startswith("As it came")
    assert f"Host\n{inspector.shop.site.dns_name}" in understood.replace("\t", "\n")
    end = inspector.page.run("getComputedStyle(document.querySelector('.line'), '::after').content")
    assert end.startswith('"CR LF"')


def test_event_result_response_and_the_log_of_this_invocation(inspector: Inspector) -> None:
    inspector.ask("/api/orders?page=7")
    inspector.opened("/api/orders?page=8")
    event = json.loads(inspector.tab("Event"))
    assert (event["path"], event["queryStringParameters"]) == ("/api/orders", {"page": "8"})
    assert json.loads(inspector.tab("Result"))["statusCode"] == 200
    response = inspector.tab("Response")
    assert "content-type" in response.lower()
    assert '"page": 8' in response
    log = inspector.tab("Log")
    assert "reading page 8" in log
    assert "reading page 7" not in log
    assert [
        word for word in ("START RequestId", "END RequestId", "REPORT RequestId") if word not in log
    ] == []


def test_a_body_is_laid_out_and_shown_as_it_came(inspector: Inspector) -> None:
    inspector.opened("/api/orders", "POST", data='{"count":3}', headers={"content-type": "application/json"})
    assert '"count": 3' in inspector.tab("Request")
    inspector.page.click("button", "As it came", ".panel")
    assert '{"count":3}' in str(inspector.reads(".panel"))


def test_a_body_that_is_no_text_is_shown_byte_by_byte(inspector: Inspector) -> None:
    inspector.opened("/login", "PUT", data=b"\xff\x00shop")
    assert "ff 00 73 68 6f 70" in inspector.tab("Request")


def test_where_the_time_went(inspector: Inspector) -> None:
    inspector.opened("/login")
    names = "[...document.querySelectorAll('.timings dt')].map(each => each.innerText)"
    found = inspector.page.run(names)
    assert [name for name in found if name != "Init"] == ["Read", "Queue", "Run", "Write"]
    assert inspector.page.run("document.querySelectorAll('.timings rect').length") == len(found)


def test_a_refusal_says_on_top_what_to_change(inspector: Inspector) -> None:
    inspector.opened("/api/cart")
    assert inspector.page.shows("note", "What to change")
    assert "body is null; ALB wants a string, so leave it out or use json.dumps" in str(
        inspector.reads(".advice")
    )
    above = "document.querySelector('.advice').getBoundingClientRect().top"
    assert inspector.page.run(f"{above} < document.querySelector('.toolbar').getBoundingClientRect().top")


def test_an_error_of_the_function_is_shown(inspector: Inspector) -> None:
    inspector.opened("/api/payments")
    assert "the card was refused" in str(inspector.reads(".advice"))
    assert "It raised an error" in inspector.tab("Result")


def clipboard(page: Page, *begins: str) -> str:
    """What was copied."""
    found = until(
        lambda: (text := str(page.run("navigator.clipboard.readText()"))).startswith(begins) and text
    )
    assert found, page.text
    return str(found)


def test_copied_as_curl_it_is_the_same_request(inspector: Inspector) -> None:
    inspector.opened("/api/orders?page=9&q='%20$(id)", headers={"X-Quote": "it's"})
    inspector.page.click("button", "Copy as curl")
    line = clipboard(inspector.page, "curl ")
    tool("curl", "curl")
    before = inspector.last
    subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=60)
    assert until(lambda: inspector.last > before)
    inspector.go(f"requests/{inspector.last}/request")
    assert until(lambda: "page=9&q='%20$(id) HTTP/1.1" in inspector.page.text)
    assert "X-Quote: it's" in inspector.page.text


def test_the_event_is_copied(inspector: Inspector) -> None:
    inspector.opened("/api/orders?page=10")
    inspector.page.click("button", "Copy event")
    assert json.loads(clipboard(inspector.page, "{"))["queryStringParameters"] == {"page": "10"}


def test_a_request_is_replayed(inspector: Inspector) -> None:
    first = inspector.opened("/api/orders?page=11", headers={"X-Trace": "same"})
    inspector.page.click("button", "Replay")
    assert until(lambda: f"#/requests/{first + 1}/" in inspector.page.url), inspector.page.text
    shown = inspector.tab("Request")
    assert "/api/orders?page=11" in shown
    assert "X-Trace: same" in shown


def test_a_secret_that_the_list_masks_is_replayed(inspector: Inspector) -> None:
    inspector.ask("/login?token=hush")
    inspector.go(f"requests/{inspector.last}/request")
    assert until(lambda: "GET /login?token=hush" in inspector.page.text)
    before = inspector.last
    inspector.page.click("button", "Replay")
    assert until(lambda: f"#/requests/{before + 1}/" in inspector.page.url)
    assert until(lambda: "GET /login?token=hush" in inspector.page.text)


def test_an_edited_request_is_sent_and_another_rule_takes_it(inspector: Inspector) -> None:
    first = inspector.opened("/api/orders?page=12")
    inspector.page.click("button", "Edit and replay")
    until(lambda: inspector.page.run("document.querySelector('#compose-headers') !== null"))
    headers = inspector.page.run("document.querySelector('#compose-headers').value")
    assert f"Host: {inspector.shop.site.dns_name}" in headers
    inspector.page.write("Headers, one a line", headers + "\nX-Beta: yes")
    assert until(
        lambda: (
            rules(inspector, ".preview")[-1:]
            == [["took the request to target group orders-next, function orders-next"]]
        )
    )
    assert inspector.last == first, "nothing was sent yet"
    inspector.page.click("button", "Send")
    assert until(lambda: f"#/requests/{first + 1}/" in inspector.page.url)
    assert until(lambda: inspector.reads(".rule.taken .priority") == "7")


def test_a_request_is_composed_from_nothing(inspector: Inspector) -> None:
    inspector.page.click("link", "Compose")
    inspector.page.write("Method", "POST", "combobox")
    inspector.page.write("Path and query", "/api/orders?new")
    inspector.page.write("Headers, one a line", "Content-Type: application/json")
    inspector.page.write("Body", '{"count": 5}')
    before = inspector.last
    inspector.page.click("button", "Send")
    assert until(lambda: f"#/requests/{before + 1}/" in inspector.page.url), inspector.page.text
    assert until(lambda: inspector.reads(".detail-head") == "201 POST /api/orders?new")
    assert "an order of 5" in inspector.tab("Log")


@pytest.mark.parametrize(
    ("headers", "wrong"),
    [("no colon", "“no colon” is no header: write Name: value"), (": empty", "is no header")],
    ids=["no colon", "no name"],
)
def test_what_cannot_be_sent_is_said_beside_the_field(inspector: Inspector, headers: str, wrong: str) -> None:
    inspector.open("compose")
    inspector.page.write("Headers, one a line", headers)
    assert until(lambda: wrong in str(inspector.reads(".field-problem")))


def test_a_function_is_invoked_with_an_edited_event(inspector: Inspector) -> None:
    inspector.opened("/api/orders?page=13")
    inspector.page.click("button", "Invoke with event")
    assert until(lambda: inspector.page.run("document.querySelector('#invoke-event') !== null"))
    event = json.loads(inspector.page.run("document.querySelector('#invoke-event').value"))
    assert event["queryStringParameters"] == {"page": "13"}
    before = inspector.last
    inspector.page.write("Event, as JSON", json.dumps(event | {"queryStringParameters": {"page": "99"}}))
    inspector.page.click("button", "Invoke")
    assert until(lambda: "reading page 99" in str(inspector.reads(".answer")))
    assert '\\"page\\": 99' in str(inspector.reads(".answer"))
    assert inspector.last == before, "the load balancer was not asked"


def test_an_event_that_is_no_json_is_not_sent(inspector: Inspector) -> None:
    inspector.open("invoke")
    inspector.page.write("Event, as JSON", "{")
    inspector.page.click("button", "Invoke")
    assert until(lambda: "The event is no JSON yet." in str(inspector.reads(".field-problem")))


def test_a_request_is_saved_as_a_test(inspector: Inspector, tmp_path: Path) -> None:
    number = inspector.opened("/api/orders?page=14")
    inspector.page.downloads_to(tmp_path)
    inspector.page.click("button", "Save as test")
    inspector.page.click("button", "Download")
    file = tmp_path / f"test_request_{number}.py"
    assert until(file.exists)
    compile(file.read_text(), file.name, "exec")
    assert "/api/orders?page=14" in file.read_text()
    inspector.page.click("button", "Copy")
    assert clipboard(inspector.page, "def test_", "import ") == file.read_text()
    inspector.page.key("Escape")
    assert until(lambda: inspector.page.run("document.querySelector('dialog[open]') === null"))


def nodes(inspector: Inspector, kind: str) -> list[str]:
    """The parts of the picture of a kind: title, count and lines."""
    found = inspector.page.run(
        f"[...document.querySelectorAll('.node.{kind}')].map(each => [...each.querySelectorAll('text')]"
        ".map(text => text.textContent).join(' '))"
    )
    return list(found or [])


def test_the_topology_is_drawn_with_counts_and_health(inspector: Inspector) -> None:
    inspector.ask("/api/payments")
    inspector.page.click("link", "Topology")
    assert until(lambda: nodes(inspector, "rule"))
    assert nodes(inspector, "balancer")[0].startswith("shop us-east-1")
    assert nodes(inspector, "listener")[0].startswith(f"HTTP 80 {inspector.shop.site.url}")
    assert [each.split()[0] for each in nodes(inspector, "rule")] == [
        "1",
        "5",
        "7",
        "10",
        "15",
        "20",
        "default",
    ]
    assert {each.split()[0] for each in nodes(inspector, "group")} == set(inspector.shop.functions)
    assert {each.split()[0] for each in nodes(inspector, "target")} == set(inspector.shop.functions)
    assert until(lambda: any("payments" in each and "failed" in each for each in nodes(inspector, "target")))
    edges = inspector.page.run("document.querySelectorAll('.edge').length")
    assert edges == 1 + 7 + 5 + 5


def test_the_picture_follows_what_changes(inspector: Inspector) -> None:
    inspector.open("topology")
    assert until(lambda: nodes(inspector, "rule"))

    def count() -> int:
        (found,) = (each for each in nodes(inspector, "rule") if each.startswith("1 "))
        return int(found.split()[-1])

    before = count()
    inspector.ask("/health")
    assert until(lambda: count() == before + 1)
    rule = inspector.shop.cloud.rule(
        inspector.shop.site,
        {"Type": "forward", "TargetGroupArn": inspector.shop.site.target_group},
        2,
        "/new/*",
    )
    try:
        assert until(lambda: any(each.startswith("2 path is /new/*") for each in nodes(inspector, "rule")))
    finally:
        inspector.shop.cloud.elbv2.delete_rule(RuleArn=rule)
    assert until(lambda: not any(each.startswith("2 ") for each in nodes(inspector, "rule")))


def test_a_part_of_the_picture_leads_to_its_requests(inspector: Inspector) -> None:
    inspector.ask("/health?picked")
    inspector.open("topology")
    assert until(lambda: nodes(inspector, "rule"))
    inspector.page.run("document.querySelector('.node.rule').focus()")
    inspector.page.key("Enter")
    assert until(lambda: "/health?picked" in inspector.targets())
    assert all(each.startswith("/health") for each in inspector.targets())


def test_all_of_it_by_the_keys(inspector: Inspector) -> None:
    for path in ("/login?one", "/login?two", "/login?three"):
        inspector.ask(path)
    assert until(lambda: inspector.targets()[:3] == ["/login?three", "/login?two", "/login?one"])
    cursor = "document.querySelector('.row.cursor .target')?.textContent"
    page = inspector.page
    page.key("j", "j")
    assert until(lambda: page.run(cursor) == "/login?two")
    page.key("k")
    assert until(lambda: page.run(cursor) == "/login?three")
    page.key("ArrowDown")
    assert until(lambda: page.run(cursor) == "/login?two")
    page.key("Enter")
    assert until(lambda: inspector.reads(".detail-head .target") == "/login?two")
    page.key("j")
    assert until(lambda: inspector.reads(".detail-head .target") == "/login?one"), "what is open follows"
    page.key("Escape")
    assert until(lambda: inspector.reads(".detail-head") is None)
    assert page.run("document.activeElement.id") == "list"
    page.key("/")
    assert until(lambda: page.run("document.activeElement.id") == "filter")
    page.key("t", "h")
    assert page.run("document.activeElement.value") == "th"
    assert until(lambda: inspector.targets()[:1] == ["/login?three"])
    page.key("Escape")
    assert page.run("document.activeElement.value") == ""
    page.key("Escape", "?")
    assert page.shows("dialog", "Keys")
    page.key("Escape")
    assert until(lambda: page.run("document.querySelector('dialog[open]') === null"))


LEADS = {"t": "#/topology", "n": "#/compose", "e": "#/compose"}


@pytest.mark.parametrize(("key", "place"), LEADS.items(), ids=LEADS)
def test_a_key_leads_there(inspector: Inspector, key: str, place: str) -> None:
    inspector.opened("/login?key")
    inspector.page.key(key)
    assert until(lambda: inspector.page.url.endswith(place))


def test_the_keys_replay_and_copy(inspector: Inspector) -> None:
    number = inspector.opened("/login?keys")
    inspector.page.key("c")
    assert "/login?keys" in clipboard(inspector.page, "curl ")
    inspector.page.key("r")
    assert until(lambda: f"#/requests/{number + 1}/" in inspector.page.url)


def test_escape_leaves_a_field_before_it_closes(inspector: Inspector) -> None:
    """What is written there is not lost by one key."""
    inspector.open("compose")
    inspector.page.write("Body", "long work")
    inspector.page.key("Escape")
    assert inspector.page.run("document.querySelector('#compose-body').value") == "long work"
    inspector.page.key("Escape")
    assert until(lambda: inspector.page.url.endswith("#/"))


def test_a_screen_reader_hears_of_arrivals_in_sums(inspector: Inspector) -> None:
    heard = inspector.page.run(
        """(async () => {
          const {Say} = await import("/say.js"), later = [], timer = window.setTimeout;
          window.setTimeout = each => later.push(each);
          const say = new Say(), heard = [];
          for (const why of ["", "body is null", ""]) {
            say.arrived([{why}]);
            heard.push(say.arrivals.textContent);
          }
          later.forEach(each => each());
          window.setTimeout = timer;
          return [...heard, later.length, say.arrivals.textContent, say.arrivals.ariaLive];
        })()"""
    )
    assert heard == ["", "", "", 1, "3 new requests, 1 refused", "polite"]


def test_single_keys_can_be_turned_off(inspector: Inspector) -> None:
    """WCAG 2.2, 2.1.4: a voice that dictates presses keys too."""
    inspector.page.key("?")
    inspector.page.click("checkbox", "Single keys do something (Esc always does)")
    inspector.page.key("Escape", "n")
    assert "compose" not in inspector.page.url
    inspector.page.key("?")
    assert inspector.page.run("document.querySelector('dialog[open]') === null")


def test_the_tab_key_reaches_everything_and_is_seen(inspector: Inspector) -> None:
    inspector.opened("/login")
    inspector.page.run("document.activeElement.blur()")
    reached: list[str] = []
    for _ in range(40):
        inspector.page.key("Tab")
        name = "(e => e.getAttribute('aria-label') ?? e.textContent)(document.activeElement)"
        reached.append(str(inspector.page.run(name)))
        if inspector.page.run("document.activeElement !== document.body"):
            style = "getComputedStyle(document.activeElement)"
            assert inspector.page.run(f"{style}.outlineStyle") == "solid", reached[-1]
    for name in (
        "Topology",
        "Filter by text",
        "Requests, newest first",
        "Close",
        "Replay",
        "Save as test",
        "Rules",
    ):
        assert name in reached
    inspector.page.run("document.querySelector('[role=tab][aria-selected=true]').focus()")
    inspector.page.key("ArrowRight")
    assert until(lambda: inspector.page.run("document.activeElement.textContent") == "Request")
    assert inspector.page.run("document.activeElement.getAttribute('aria-selected')") == "true"


def test_the_list_is_a_grid_that_says_where_one_is(inspector: Inspector) -> None:
    for path in ("/login?a", "/login?b"):
        inspector.ask(path)
    until(lambda: inspector.targets()[:1] == ["/login?b"])
    inspector.page.run("document.querySelector('#list').focus()")
    inspector.page.key("Home", "j")
    active = "document.getElementById(document.querySelector('#list').getAttribute('aria-activedescendant'))"
    assert until(lambda: inspector.page.run(f"{active}?.querySelector('.target').textContent") == "/login?a")
    assert inspector.page.run(f"{active}.getAttribute('aria-rowindex')") == "3"
    count = int(inspector.page.run("document.querySelector('#list').getAttribute('aria-rowcount')"))
    assert count == len(inspector.shop.cloud.requests(inspector.shop.site)) + 1


def test_hostile_requests_are_text(inspector: Inspector) -> None:
    """In path, query, header, body and log: nothing becomes markup, nothing runs, nothing is fetched."""
    path = "/" + HOSTILE.replace(" ", "+")
    inspector.ask(f"/api/orders?page={HOSTILE}")
    number = inspector.ask(path, "POST", headers={"X-Evil": HOSTILE, "Cookie": HOSTILE}, data=HOSTILE)
    inspector.go(f"requests/{number}/rules")
    assert until(lambda: "onerror" in str(inspector.reads(".detail-head .target")))
    for name in ("Rules", "Request", "Event", "Result", "Response", "Log"):
        shown = inspector.tab(name)
        if name in ("Request", "Event"):
            assert HOSTILE in shown
    for button in ("Edit and replay", "Save as test"):
        inspector.go(f"requests/{number}/rules")
        assert until(lambda: inspector.page.run("document.querySelector('.toolbar') !== null"))
        inspector.page.click("button", button)
    inspector.page.key("Escape")
    inspector.go("topology")
    assert inspector.page.run("[window.hacked ?? 0, document.images.length]") == [0, 0]


def test_ten_thousand_requests(inspector: Inspector) -> None:
    """Only the rows in sight are elements, and the last of them can be reached."""
    inspector.page.run(
        """(async () => {
          const {Requests} = await import("/requests.js");
          const add = Requests.prototype.add;
          window.feed = undefined;
          Requests.prototype.add = function (records) { window.feed = this; return add.call(this, records); };
        })()"""
    )
    inspector.ask("/login?newest")
    assert until(lambda: inspector.page.run("window.feed !== undefined"))
    inspector.page.run(
        "(() => { const last = feed.all.at(-1); const many = []; "
        "for (let n = 1; n <= 10000; n++) many.push({...last, id: last.id + n, target: '/many/' + n}); "
        "feed.add(many); document.querySelector('#list').dispatchEvent(new Event('scroll')); })()"
    )
    assert until(lambda: inspector.targets()[:1] == ["/many/10000"])
    assert len(inspector.targets()) < 60
    inspector.page.run("document.querySelector('#list').focus()")
    inspector.page.key("End")
    assert until(lambda: "/many/1" not in inspector.targets() and inspector.targets()[-1:] != ["/many/10000"])
    count = int(inspector.page.run("document.querySelector('#list').getAttribute('aria-rowcount')"))
    assert count > 10_000
    inspector.page.write("Filter by text", "/many/7777", "searchbox")
    assert inspector.lists("/many/7777")


def test_who_reads_further_down_is_not_moved(inspector: Inspector) -> None:
    for number in range(60):
        inspector.shop.ask(f"/health?{number}")
    assert until(lambda: inspector.targets()[:1] == ["/health?59"])
    inspector.page.run("document.querySelector('#list').scrollTop = 30 * 20")
    first = (
        f"{ROWS}.find(row => row.getBoundingClientRect().top >= "
        "document.querySelector('.heads').getBoundingClientRect().bottom - 1)"
        ".querySelector('.target').textContent"
    )
    assert until(lambda: inspector.page.run(first) == "/health?39")
    before = inspector.last
    for number in range(3):
        inspector.ask(f"/health?later{number}")
    assert until(
        lambda: inspector.page.run("document.querySelector('#list').ariaRowCount") == str(before + 4)
    )
    assert inspector.page.run(first) == "/health?39"


# 200 % of a window of 1280 x 800, and a telephone's.
@pytest.mark.parametrize("size", [(640, 400), (390, 800)], ids=["200 percent", "narrow"])
@EACH
def test_it_fits_a_narrow_window(inspector: Inspector, size: tuple[int, int], place: str, there: str) -> None:
    """WCAG 2.2, 1.4.10: it is scrolled one way only."""
    inspector.page.look(*size)
    number = inspector.ask("/api/cart")
    inspector.go(place.format(number))
    assert until(lambda: inspector.page.run(f"document.querySelector('{there}') !== null"))
    assert inspector.page.run("document.documentElement.scrollWidth <= innerWidth")


def test_in_a_narrow_window_a_request_covers_the_list(inspector: Inspector) -> None:
    inspector.page.look(390, 800)
    seen = "document.querySelector('#list').checkVisibility()"
    assert inspector.page.run(seen)
    inspector.opened("/api/cart")
    assert inspector.page.run(seen) is False
    inspector.page.click("button", "Close", ".pane")
    assert until(lambda: inspector.page.run(seen))


def test_light_and_dark(inspector: Inspector) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    page = inspector.page
    light = page.run(back)
    page.look(1280, 800, "dark")
    dark = page.run(back)
    assert light != dark
    page.click("button", "Colours: system")
    assert page.run(back) == light, "the switch says more than the system"
    page.click("button", "Colours: light")
    page.look(1280, 800, "light")
    assert page.run(back) == dark
    inspector.open()
    assert page.run(back) == dark, "it is remembered"


@EACH
def test_axe_finds_nothing_wrong(inspector: Inspector, place: str, there: str) -> None:
    """Names, roles, structure and contrast, in light and in dark."""
    number = inspector.ask("/api/cart")
    inspector.go(place.format(number))
    assert until(lambda: inspector.page.run(f"document.querySelector('{there}') !== null"))
    for scheme in ("light", "dark"):
        inspector.page.look(1280, 800, scheme)
        assert violations(inspector.page) == [], scheme


def test_it_says_when_the_cloud_does_not_answer_and_goes_on_when_it_does(inspector: Inspector) -> None:
    inspector.page.offline(True)  # new connections: the stream that is there goes on, so the page begins anew
    inspector.page.run(f"location.hash = {urlsplit(inspector.shop.entrance).fragment!r}")
    assert until(lambda: "The cloud does not answer; trying again" in inspector.page.text)
    missed = inspector.ask("/login?missed")
    inspector.page.offline(False)
    assert until(lambda: inspector.reads(".state") == "Live")
    assert until(lambda: inspector.targets()[:1] == ["/login?missed"])
    assert missed


def test_a_cloud_with_nothing_in_it_says_what_to_do(tmp_path: Path) -> None:
    with running(tmp_path) as cloud, browser() as page:
        page.open(ask(cloud.endpoint, "inspector")["entrance"])
        assert until(lambda: "No request yet, and no load balancer." in page.text)
        assert "localalb up" in page.text
        site = cloud.deploy()
        assert until(lambda: f"curl {site.url}/" in page.text), "it hears of a load balancer"
        ask(cloud.endpoint, "stop", "POST")
        assert until(lambda: "The cloud does not answer; trying again" in page.text)
