"""Spikes live: found in what is booked, known by the same name over restarts, gone when over, and not shown where expected."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from engine_rig import Machine
from tankful.core.settings import Settings
from tankful.core.spike import Channel
from tankful.engine.messages import SpikeExpected
from tankful.engine.spike_book import FACT

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
UTC_ALWAYS = Settings(timezone="UTC")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def usual(machine: Machine, now: datetime, days: int = 20) -> None:
    """Let the agent have answered 40 times on each of so many days before today, for ten cents."""
    for back in range(days, 0, -1):
        for number in range(40):
            machine.spend(at=now - timedelta(days=back, minutes=3 * number), costUSD=0.1)


def dear(machine: Machine, now: datetime, count: int = 20) -> None:
    """Let it have answered for a dollar each in the last minutes."""
    for number in range(count):
        machine.spend(at=now - timedelta(seconds=20 * (count - number)), costUSD=1.0)


def keys(machine: Machine, now: datetime) -> list[str]:
    """Return the spikes that a program which was started just now shows."""
    reading = machine.reading(UTC_ALWAYS, lambda: now)
    reading.scan()
    try:
        return [spike.key for spike in reading.snapshot().spikes]
    finally:
        reading.close()


def test_a_spike_is_found_in_what_is_booked_and_is_the_same_after_a_restart(machine: Machine) -> None:
    usual(machine, NOON)
    assert keys(machine, NOON - timedelta(hours=1)) == []
    dear(machine, NOON)
    (key,) = keys(machine, NOON)
    assert keys(machine, NOON) == [key]
    dear(machine, NOON + timedelta(minutes=9))
    assert keys(machine, NOON + timedelta(minutes=9)) == [key]


def test_it_says_what_betrayed_it_and_grows(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    now = [NOON]
    reading = machine.reading(UTC_ALWAYS, lambda: now[0])
    reading.scan()
    (spike,) = reading.snapshot().spikes
    assert (spike.agent, spike.project, spike.session) == ("claude-code", "/work", "session")
    assert spike.channel in {Channel.PRICE, Channel.VOLUME}
    now[0] += timedelta(minutes=8)
    dear(machine, now[0])
    reading.scan()
    (grown,) = reading.snapshot().spikes
    assert grown.key == spike.key
    assert grown.actual == spike.actual + 20
    reading.close()


def test_in_a_flood_every_response_counts_once(machine: Machine) -> None:
    usual(machine, NOON)
    now = [NOON]
    reading = machine.reading(UTC_ALWAYS, lambda: now[0])
    seen: list[Decimal] = []
    for _ in range(4):
        now[0] += timedelta(seconds=2)
        for number in range(250):
            machine.spend(at=now[0] - timedelta(milliseconds=8 * number), costUSD=0.25)
        reading.scan()
        (spike,) = reading.snapshot().spikes
        seen.append(spike.actual)
    assert [later - before for before, later in pairwise(seen)] == [Decimal("62.5")] * 3
    reading.close()


def test_it_is_withdrawn_when_it_is_over(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    now = [NOON]
    reading = machine.reading(UTC_ALWAYS, lambda: now[0])
    reading.scan()
    assert len(reading.snapshot().spikes) == 1
    now[0] += timedelta(minutes=31)
    assert reading.snapshot().spikes == ()
    reading.close()
    assert keys(machine, now[0]) == []


def test_a_first_scan_of_a_long_history_shows_no_old_spike(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON - timedelta(hours=3))
    assert keys(machine, NOON) == []


def test_nothing_is_said_before_everything_is_read(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    assert len(keys(machine, NOON)) == 1
    reading = machine.reading(UTC_ALWAYS, lambda: NOON)
    assert reading.snapshot().spikes == ()
    reading.close()


def expected(machine: Machine, now: datetime, key: str) -> None:
    reading = machine.reading(UTC_ALWAYS, lambda: now)
    reading.scan()
    reading.aware.expect_spike(reading.ledger, reading.zone, now, key)
    assert reading.snapshot().spikes == ()
    reading.close()


def test_what_is_expected_is_shown_no_more_and_more_is_tolerated_after_a_restart_too(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    (key,) = keys(machine, NOON)
    expected(machine, NOON, key)
    dear(machine, NOON + timedelta(minutes=8))
    assert keys(machine, NOON + timedelta(minutes=8)) == []
    reading = machine.reading(UTC_ALWAYS, lambda: NOON)
    kept = json.loads(reading.ledger.fact(FACT) or "")
    reading.close()
    ((_, project, until),) = kept["watch"]["tolerated"]
    assert (project, until) == ("/work", (NOON + timedelta(days=14)).timestamp())


def test_a_spike_that_is_over_by_now_needs_no_word(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    (key,) = keys(machine, NOON)
    expected(machine, NOON + timedelta(hours=1), key)
    reading = machine.reading(UTC_ALWAYS, lambda: NOON)
    assert json.loads(reading.ledger.fact(FACT) or "")["watch"]["tolerated"] == []
    reading.close()


def test_two_programs_on_one_ledger_agree(machine: Machine) -> None:
    usual(machine, NOON)
    now = [NOON - timedelta(hours=2)]
    tray = machine.reading(UTC_ALWAYS, lambda: now[0])
    tray.scan()
    assert tray.snapshot().spikes == ()
    dear(machine, NOON)
    (key,) = keys(machine, NOON)
    expected(machine, NOON, key)  # by another program: ours notices when it wants to keep what it knows
    now[0] = NOON + timedelta(minutes=1)
    dear(machine, now[0], 2)
    tray.scan()
    tray.snapshot()
    assert tray.snapshot().spikes == ()
    tray.close()


def test_a_response_that_is_booked_late_makes_no_second_spike_of_it(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    (key,) = keys(machine, NOON)
    late = machine.log.with_name("late.jsonl")
    for number in range(12):
        machine.spend(log=late, at=NOON - timedelta(minutes=8, seconds=number), costUSD=1.0, sessionId="late")
    assert keys(machine, NOON) == [key]


def test_many_responses_at_once_are_learned_at_once(machine: Machine) -> None:
    usual(machine, NOON)
    for number in range(500):
        machine.spend(at=NOON - timedelta(milliseconds=500 - number // 2 * 2), costUSD=0.1)
    assert len(keys(machine, NOON)) == 1


@pytest.mark.parametrize(("whole", "instead"), [("", "{"), ("", "[]"), ('"version":1', '"version":0'), ("told", "x"), ("until", "x")])
def test_what_another_version_kept_is_learned_anew(machine: Machine, whole: str, instead: str) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    found = keys(machine, NOON)
    reading = machine.reading(UTC_ALWAYS, lambda: NOON)
    kept = reading.ledger.fact(FACT) or ""
    reading.ledger.keep_fact(FACT, kept.replace(whole, instead) if whole else instead)
    reading.close()
    assert keys(machine, NOON) == found


def test_a_clock_that_is_set_back_begins_anew_and_keeps_what_is_expected(machine: Machine) -> None:
    usual(machine, NOON)
    dear(machine, NOON)
    (key,) = keys(machine, NOON)
    expected(machine, NOON, key)
    assert keys(machine, NOON - timedelta(days=2)) == []
    reading = machine.reading(UTC_ALWAYS, lambda: NOON)
    kept = json.loads(reading.ledger.fact(FACT) or "")
    reading.close()
    assert len(kept["watch"]["tolerated"]) == 1
    assert kept["until"] < NOON.timestamp() * 1_000_000


def test_little_is_written_while_little_happens(machine: Machine) -> None:
    usual(machine, NOON)
    now = [NOON]
    reading = machine.reading(UTC_ALWAYS, lambda: now[0])
    reading.scan()
    reading.snapshot()
    kept = reading.ledger.fact(FACT)
    assert kept is not None
    for _ in range(5):
        now[0] += timedelta(minutes=1)
        machine.spend(at=now[0], costUSD=0.1)
        reading.scan()
        reading.snapshot()
    assert reading.ledger.fact(FACT) == kept
    reading.close()


def test_the_user_says_so_to_the_running_program(machine: Machine) -> None:
    now = datetime.now(UTC)
    usual(machine, now)
    dear(machine, now)
    with machine.engine() as (engine, audience):
        seen = audience.until(lambda snapshot: bool(snapshot.spikes))
        engine.post(SpikeExpected(seen.spikes[0].key))
        audience.until(lambda snapshot: not snapshot.spikes and snapshot.scan is None)
        dear(machine, datetime.now(UTC))
        audience.until(lambda snapshot: snapshot.burn_per_hour > 30)
        assert audience.latest.spikes == ()
