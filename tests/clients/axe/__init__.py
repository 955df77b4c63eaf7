"""axe-core from npm, which most checkers of accessibility run: what it finds wrong with a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.clients.browser import Page
from tests.clients.npm import installed

# Levels A and AA of WCAG 2.2, and what axe's authors call best practice.
RUN = """
axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(found =>
  found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))
"""


@cache
def _source() -> str:
    place = installed(Path(__file__).parent, ("package.json", "package-lock.json"))
    return (place / "node_modules/axe-core/axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What is wrong with the page as it is shown, a line each."""
    page.run(f"if (!window.axe) {{ {_source()} }}")
    found = page.run(RUN)
    assert found is not None, "axe did not run"
    return list(found)
