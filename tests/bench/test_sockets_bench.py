"""Runs two thousand real gateway feeds over real connections: nothing may be lost while the gateway restarts."""

import sys
from pathlib import Path

import pytest
from context import Bench

if sys.platform == "win32":
    pytest.skip("a process of this system may not have as many sockets", allow_module_level=True)

from sockets import FEEDS, SHORT, sockets


@pytest.mark.slow
@pytest.mark.no_cover
def test_two_thousand_feeds_lose_nothing_while_their_gateway_restarts(tmp_path: Path) -> None:
    """How soon they are answered again is the bench's to say: other tests may keep this machine busy."""
    lost, untold, *_ = sockets(Bench(tmp_path, None), SHORT)
    assert f"{FEEDS:,} real feeds" in lost.what
    assert "was told" in untold.what
    assert not lost.missed, lost.note
    assert not untold.missed, untold.note
