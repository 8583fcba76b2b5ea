"""Which times stand in for those that a record lacks, and how late they may be."""

from datetime import UTC, datetime

import pytest

from tankful.watch.opened import times_of

WRITTEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "changed", "modified", "latest"),
    [
        pytest.param(datetime(2026, 11, 21, tzinfo=UTC), WRITTEN, WRITTEN, datetime(2026, 11, 21, tzinfo=UTC), id="usual"),
        pytest.param(datetime(2026, 11, 19, tzinfo=UTC), WRITTEN, *[datetime(2026, 11, 19, tzinfo=UTC)] * 2, id="file of tomorrow"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), WRITTEN, WRITTEN, WRITTEN, id="clock of a machine without a battery"),
        pytest.param(datetime(2021, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC), FAR, FAR, id="neither knows"),
    ],
)
def test_the_clock_decides_unless_it_stands_before_there_was_any_agent(
    clock: datetime, changed: datetime, modified: datetime, latest: datetime
) -> None:
    assert times_of(changed.timestamp(), clock) == (modified, latest)
