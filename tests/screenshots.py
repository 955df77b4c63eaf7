"""The README's pictures of the inspector, of a real cloud: `python -m tests.screenshots [DIRECTORY]`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.clients.browser import browser
from tests.clients.shop import Shop, build
from tests.hcl import ROOT
from tests.sites import running
from tests.waiting import until

SIZE = 1180, 760  # CSS pixels
NAMES = {"light": "inspector-light.png", "dark": "inspector-dark.png"}
ORDER = {"count": 3, "sku": "A-1"}


def customers(shop: Shop) -> int:
    """What people ask a shop for, once it is warm; the number of the request to look at."""
    for _ in range(4):
        shop.ask("/")
        shop.ask("/api/orders?page=1")
        shop.ask("/api/orders?page=2")
        shop.ask("/health")
        shop.ask("/api/orders", "POST", json=ORDER)
        shop.ask("/old/catalogue")
        shop.ask("/favicon.ico")
    shop.ask("/api/payments", "POST", json={"order": 17})
    shop.ask("/api/orders", headers={"X-Beta": "yes"})
    shop.ask("/api/cart?items=2")
    number = int(shop.cloud.record_of(shop.site, "/api/cart?items=2")["id"])
    shop.ask("/")
    shop.ask("/api/orders?page=3")
    shop.ask("/health")
    return number


def main(directory: Path) -> None:
    with TemporaryDirectory() as home, running(Path(home)) as cloud, browser("--hide-scrollbars") as page:
        shop = build(cloud)
        number = customers(shop)
        until(lambda: len(cloud.requests(shop.site)) == number + 3)
        page.look(*SIZE)
        page.open(shop.entrance)
        page.run(f"location.hash = '#/requests/{number}/rules'")
        assert until(lambda: page.run("document.querySelector('.rule.taken') !== null")), page.text
        assert until(lambda: page.run("document.querySelectorAll('.rows .row').length > 20"))
        for scheme, name in NAMES.items():
            page.look(*SIZE, scheme)
            page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            (directory / name).write_bytes(page.picture())
            print(directory / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
