"""A watch over spend that knows what is usual."""

import pytest

from spike_rig import QUIET, midnight_after, usual, watched
from tankful.core.spikes import SpikeWatch


@pytest.fixture
def experienced() -> SpikeWatch:
    """A watch that saw three weeks of usual work, at nine in the morning after."""
    watch, spikes = watched(usual(21), SpikeWatch(midnight_after, QUIET))
    assert spikes == []
    return watch
