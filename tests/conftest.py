"""What holds for every test.

A skipped test proves nothing, so here it fails: what a test needs, `make setup` installs. Hypothesis judges
examples, never the machine's speed.
"""

from __future__ import annotations

from collections.abc import Generator

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "localalb",
    deadline=None,
    max_examples=150,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("localalb")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {call.excinfo.value if call.excinfo else ''}"
    return report
