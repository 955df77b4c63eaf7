"""What is removed with a cloud."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localalb.stacks import trees


def test_what_is_read_only_goes_too(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    mode = kept.stat().st_mode
    run = tmp_path / "run"
    (run / "code/package").mkdir(parents=True)
    (run / "code/package/app.py").touch()
    (run / "sdk").symlink_to(kept)
    for folder in ("code/package", "code"):
        (run / folder).chmod(0o555)
    trees.remove(run)
    assert not run.exists()
    assert kept.stat().st_mode == mode
    trees.remove(run)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody whom modes stop")
def test_it_goes_for_who_is_not_root(tmp_path: Path) -> None:
    """Root removes anything, so the test above shows nothing where root runs it."""
    script = """
import os, sys
from pathlib import Path
from localalb.stacks import trees
os.setgid(65534); os.setuid(65534)
run = Path(sys.argv[1]) / "run"
(run / "code").mkdir(parents=True)
(run / "code/app.py").touch()
(run / "code").chmod(0o555)
try:
    (run / "code/more").touch()
except PermissionError:
    pass
else:
    sys.exit("it can be written")
trees.remove(run)
sys.exit(run.exists())
"""
    place = tmp_path / "open"
    place.mkdir()
    os.chown(place, 65534, 65534)
    for folder in [place, *place.parents][:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    assert subprocess.run([sys.executable, "-c", script, str(place)]).returncode == 0
