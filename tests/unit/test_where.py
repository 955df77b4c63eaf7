"""What commands say of a --target that is none, before they start anything."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from localalb.cli import main


@pytest.mark.parametrize("command", ["up", "serve"])
def test_a_bad_target_stops_early(command: str) -> None:
    ran = CliRunner().invoke(main, [command, "--target", "web=example.com:80"])
    assert ran.exit_code == 2
    assert "'example.com' in 'web=example.com:80' is neither an IP address nor localhost" in ran.stderr
    assert "write NAME=ADDRESS:PORT, such as web=127.0.0.1:3000" in ran.stderr
