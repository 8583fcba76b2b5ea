"""A kill at any instant costs nothing but the time to read again."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crash.victim import Since, Victim

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9 for a group of processes")]
KILLS = 200
PARTS = 4
"""Each of them is a test: several may run side by side, and none for too long."""
GROWTH = 120_000
BACKLOG = 27_000_000
"""Enough for several processes to read it."""
BIG_KILLS = 16


def _live_dangerously(folder: Path, seed: int, kills: int) -> int:
    """Kill the program so many times while its logs grow; every restart must end with exact totals. Returns the wasted tries."""
    victim = Victim.at(folder, seed)
    random = victim.logs.random
    victim.logs.grow(4 * GROWTH)
    victim.logs.finish()
    _, usual_s = victim.complete()
    killed = tried = 0
    while killed < kills:
        tried += 1
        assert tried < 3 * kills, "most runs ended before they could be killed"
        if random.random() < 0.1:
            shutil.rmtree(victim.data)  # the first scan and the making of the ledger are killed as well
        victim.logs.grow(GROWTH)
        if random.random() < 0.5:
            killed += victim.kill_after(random.uniform(0, usual_s), Since.START)
        else:
            killed += victim.kill_after(random.uniform(0, usual_s / 12), Since.WRITE)
        victim.logs.finish()
        total, took_s = victim.complete()
        usual_s = usual_s * 0.8 + took_s * 0.2
        assert total == victim.logs.answer.total, f"seed {seed}, after kill {killed}"
    assert_sound(victim)
    return tried - killed


def assert_sound(victim: Victim) -> None:
    with closing(sqlite3.connect(victim.data / "ledger.sqlite")) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert ledger.execute("PRAGMA foreign_key_check").fetchall() == []
    assert not [file.name for file in victim.data.iterdir() if "damaged" in file.name]


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("TANKFUL_KILL_SEED", "0")) or int.from_bytes(os.urandom(4), "big")
    print(f"TANKFUL_KILL_SEED={chosen}")  # noqa: T201  # pytest shows it with a failure, to run the same kills again
    return chosen


@pytest.mark.parametrize("part", range(PARTS))
def test_two_hundred_kills_at_random_moments_leave_exact_totals_after_each_restart(tmp_path: Path, seed: int, part: int) -> None:
    wasted = _live_dangerously(tmp_path, seed + part, KILLS // PARTS)
    print(f"{KILLS // PARTS} kills, {wasted} runs ended first")  # noqa: T201  # same


@pytest.mark.parametrize("with_children", [True, False])
def test_a_first_scan_by_several_processes_that_is_killed_is_finished_by_the_next(
    tmp_path: Path, seed: int, *, with_children: bool
) -> None:
    victim = Victim.at(tmp_path, seed)
    random = victim.logs.random
    victim.logs.grow(BACKLOG)
    victim.logs.finish()
    _, took_s = victim.complete()
    longest_s = {Since.START: took_s, Since.BOOKED: took_s / 4}
    tried = 0
    for since in (Since.START, Since.BOOKED) * (BIG_KILLS // 4):
        killed = False
        while not killed:
            tried += 1
            assert tried < 4 * BIG_KILLS, "runs cannot be killed before they end"
            victim.data = tmp_path / f"data-{tried}"  # orphans of earlier rounds may still hold theirs
            killed = victim.kill_after(random.uniform(0, longest_s[since]), since, with_children=with_children)
            longest_s[since] *= 1.1 if killed else 0.6  # the machine is slower or quicker than it was
            victim.logs.finish()
            total, _ = victim.complete()  # orphans of the one that was killed may still be writing
            assert total == victim.logs.answer.total, f"seed {seed}, after try {tried}"
    assert_sound(victim)
