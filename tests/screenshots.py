"""The README's pictures of the inspector, of a real cloud: `python -m tests.screenshots [DIRECTORY]`."""

from __future__ import annotations

import base64
import json
import struct
import sys
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.clients.browser import Page, browser
from tests.clients.shop import Shop, build
from tests.hcl import ROOT
from tests.sites import running
from tests.waiting import until

SIZE = 1180, 740  # CSS pixels
NAMES = {"light": "inspector-light.png", "dark": "inspector-dark.png"}
ORDER = {"count": 3, "sku": "A-1"}

# The pixels of a PNG, four bytes each.
PIXELS = """(async data => {
  const bytes = Uint8Array.from(atob(data), each => each.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const {width, height} = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  let text = "";
  for (let at = 0; at < pixels.length; at += 4096)
    text += String.fromCharCode(...pixels.slice(at, at + 4096));
  return btoa(text);
})"""


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


def packed(page: Page) -> bytes:
    """What the page shows, as PNG. Chromium's own is made quickly and a quarter larger: lines that are mostly
    one colour want no filter (PNG, section 12.7)."""
    shot = base64.b64encode(page.picture()).decode()
    pixels = base64.b64decode(page.run(f"{PIXELS}({json.dumps(shot)})"))
    width, height = SIZE
    colours = bytearray(3 * width * height)
    for channel in range(3):
        colours[channel::3] = pixels[channel::4]
    line = 3 * width
    lines = b"".join(b"\0" + colours[at : at + line] for at in range(0, len(colours), line))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


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
        page.run("document.activeElement.blur()")
        for scheme, name in NAMES.items():
            page.look(*SIZE, scheme)
            page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            (directory / name).write_bytes(packed(page))
            print(directory / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
