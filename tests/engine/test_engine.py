"""The engine on real files: what is appended is shown, and what fails is said over the last good numbers."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine_rig import Machine, Watcher
from tankful.core.errors import TankfulError
from tankful.core.health import Condition, FeedHealth
from tankful.core.pace import Tone
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.engine import Engine
from tankful.engine.messages import RefreshAsked, SettingsChanged
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import folders


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def spent(snapshot: Snapshot) -> Decimal:
    return Decimal(-1) if snapshot.binding is None else snapshot.binding.spent


def test_the_first_picture_comes_from_the_ledger_before_anything_is_read(machine: Machine) -> None:
    cost = machine.spend(3)
    reading = machine.reading()
    reading.scan()
    reading.close()
    shutil.rmtree(machine.claude)
    with machine.engine() as (_, audience):
        assert spent(audience.until(lambda _: True)) == cost
        assert spent(audience.seen[0]) == cost


def test_a_line_appended_to_a_log_moves_the_gauge(machine: Machine) -> None:
    cost = machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        for _ in range(5):
            cost += machine.spend()
            audience.until(lambda snapshot, cost=cost: spent(snapshot) == cost)
        shown = audience.latest
        assert shown.active_agents == 1
        assert shown.burn_per_hour == cost
        assert [spend.title for spend in shown.today] == ["Claude Code"]


def test_after_thousands_of_responses_it_rests_and_goes_on_as_before(machine: Machine) -> None:
    cost = machine.spend(6000)
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        cost += machine.spend()
        audience.until(lambda snapshot: spent(snapshot) == cost)


def test_a_new_session_in_a_new_folder_is_found(machine: Machine) -> None:
    cost = machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        cost += machine.spend(log=machine.claude / "projects" / "-other" / "deep" / "agent-1.jsonl")
        audience.until(lambda snapshot: spent(snapshot) == cost)


def test_an_agent_that_is_first_used_later_is_found(machine: Machine) -> None:
    with machine.engine() as (engine, audience):
        before = audience.until(lambda snapshot: bool(snapshot.feeds))
        assert {feed.condition for feed in before.feeds} == {Condition.WAITING}
        cost = machine.spend()
        engine.post(RefreshAsked())
        shown = audience.until(lambda snapshot: spent(snapshot) == cost)
        assert next(feed for feed in shown.feeds if feed.feed == "claude-code").condition is Condition.OK
        cost += machine.spend()
        audience.until(lambda snapshot: spent(snapshot) == cost)


def test_a_changed_settings_file_counts_at_once(machine: Machine) -> None:
    machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) > 0)
        SettingsFile(machine.folders.settings).change(budget_usd=Decimal("0.02"))
        shown = audience.until(lambda snapshot: snapshot.binding is not None and snapshot.binding.allocation.limit == Decimal("0.02"))
        assert shown.pace is not None
        assert shown.pace.tone is Tone.ACT


def test_a_broken_settings_file_is_said_and_the_old_settings_hold(machine: Machine) -> None:
    cost = machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        machine.folders.settings.write_text("[budget\n", encoding="utf-8")
        shown = audience.until(lambda snapshot: any(feed.feed == "settings" for feed in snapshot.feeds))
        assert spent(shown) == cost
        machine.folders.settings.write_text('[budget]\nusd = "500"\n', encoding="utf-8")
        mended = audience.until(lambda snapshot: snapshot.binding is not None and snapshot.binding.allocation.limit == Decimal(500))
        assert not any(feed.feed == "settings" for feed in mended.feeds)


@pytest.mark.parametrize("broken", ["[budget\n", '[appearance]\ntimezone = "Mars/Olympus"\n'])
def test_a_settings_file_that_is_broken_from_the_start_is_said_and_left_alone(machine: Machine, broken: str) -> None:
    cost = machine.spend()
    machine.folders.config.mkdir()
    machine.folders.settings.write_text(broken, encoding="utf-8")
    with machine.engine(Settings()) as (_, audience):
        shown = audience.until(lambda snapshot: spent(snapshot) == cost)
        assert [feed.as_of for feed in shown.feeds if feed.feed == "settings"] == [None]
        assert machine.folders.settings.read_text(encoding="utf-8") == broken
        machine.folders.settings.write_text('[budget]\nusd = "500"\n', encoding="utf-8")
        mended = audience.until(lambda snapshot: snapshot.binding is not None and snapshot.binding.allocation.limit == Decimal(500))
        assert not mended.fails("settings")


def test_an_agent_that_is_switched_off_beside_a_slip_of_the_pen_is_read_no_more(machine: Machine) -> None:
    cost = machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        machine.folders.settings.write_text('[budget]\nusd = "much"\n[sources]\noff = ["claude-code"]\n', encoding="utf-8")
        shown = audience.until(
            lambda snapshot: snapshot.fails("settings") and not any(feed.feed == "claude-code" for feed in snapshot.feeds)
        )
        (said,) = [feed.hint for feed in shown.feeds if feed.feed == "settings"]
        assert said.endswith("Meanwhile what they said last holds, and nothing old is deleted.")


def test_settings_from_the_window_count_at_once(machine: Machine) -> None:
    machine.spend()
    with machine.engine() as (engine, audience):
        audience.until(lambda snapshot: spent(snapshot) > 0)
        engine.post(SettingsChanged(Settings(budget_usd=None)))
        shown = audience.until(lambda snapshot: snapshot.binding is not None and snapshot.binding.allocation.limit is None)
        assert shown.pace is None


@pytest.mark.parametrize("table", [None, "usage", "sums", "checkpoint"])
def test_a_damaged_ledger_is_moved_aside_and_the_logs_are_read_again(machine: Machine, table: str | None) -> None:
    cost = machine.spend(50)
    reading = machine.reading()
    reading.scan()
    reading.close()
    break_page(machine.folders.ledger, table)
    cost += machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
    assert list(machine.folders.data.glob("ledger.damaged-*"))


def test_a_ledger_that_was_emptied_is_said_and_the_logs_are_read_again(machine: Machine) -> None:
    cost = machine.spend(50)
    reading = machine.reading()
    reading.scan()
    reading.close()
    machine.folders.ledger.write_bytes(b"")
    os.utime(machine.folders.ledger, (0, 0))
    with machine.engine() as (_, audience):
        shown = audience.until(lambda snapshot: spent(snapshot) == cost)
    said = next(feed for feed in shown.feeds if feed.feed == "ledger")
    assert said.title == "The ledger was an empty file and was begun anew from the logs"
    (aside,) = machine.folders.data.glob("ledger.damaged-*")
    assert aside.name in said.hint
    aside.unlink()
    with machine.engine() as (_, audience):
        shown = audience.until(lambda snapshot: spent(snapshot) == cost)
    assert not any(feed.feed == "ledger" for feed in shown.feeds)


def break_page(ledger: Path, table: str | None) -> None:
    """Overwrite the first page of a table, or of the whole file: the first is only found when the table is used."""
    with closing(sqlite3.connect(ledger)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = 1 if table is None else connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    with ledger.open("r+b") as content:
        content.seek((root - 1) * size)
        content.write(b"\xa5" * size)


def test_a_ledger_that_cannot_be_opened_is_a_failing_feed_with_a_hint(machine: Machine) -> None:
    machine.spend()
    machine.folders.ledger.mkdir(parents=True)
    with machine.engine() as (engine, audience):
        shown = audience.until(lambda snapshot: any(feed.feed == "ledger" for feed in snapshot.feeds))
        failing = next(feed for feed in shown.feeds if feed.feed == "ledger")
        assert failing.condition is Condition.FAILING
        assert failing.hint
        assert failing.as_of is None
        assert shown.binding is None
        machine.folders.ledger.rmdir()
        engine.post(RefreshAsked())
        audience.until(lambda snapshot: spent(snapshot) == Decimal("0.03"))


def test_what_cannot_be_booked_is_said_over_the_last_good_numbers_until_it_can(machine: Machine) -> None:
    cost = machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        with closing(sqlite3.connect(machine.folders.ledger)) as other:
            other.execute("CREATE TRIGGER full BEFORE INSERT ON checkpoint BEGIN SELECT RAISE(ABORT, 'no room'); END")
        machine.spend()
        shown = audience.until(is_stuck)
        assert spent(shown) == cost
        since = stuck(shown)[0].as_of
        machine.spend()
        seen = len(audience.seen)
        shown = audience.until(lambda _: len(audience.seen) > seen)
        assert [(feed.as_of, "no room" in feed.title) for feed in stuck(shown)] == [(since, True)]
        with closing(sqlite3.connect(machine.folders.ledger)) as other:
            other.execute("DROP TRIGGER full")
        mended = audience.until(lambda snapshot: spent(snapshot) == cost * 3)
        assert not is_stuck(mended)


def stuck(snapshot: Snapshot) -> list[FeedHealth]:
    return [feed for feed in snapshot.feeds if feed.feed == "ledger" and feed.condition is Condition.FAILING]


def is_stuck(snapshot: Snapshot) -> bool:
    return bool(stuck(snapshot))


def test_a_ledger_that_may_only_be_read_is_shown_with_the_reason(machine: Machine) -> None:
    cost = machine.spend()
    reading = machine.reading()
    reading.scan()
    reading.close()
    in_the_way = machine.folders.ledger.with_name("ledger.sqlite-shm")
    in_the_way.mkdir()
    machine.spend()
    with machine.engine() as (engine, audience):
        shown = audience.until(is_stuck)
        assert spent(shown) == cost
        assert ["cannot be written" in feed.title for feed in stuck(shown)] == [True]
        in_the_way.rmdir()
        engine.post(RefreshAsked())
        mended = audience.until(lambda snapshot: spent(snapshot) == cost * 2)
        assert not is_stuck(mended)


def test_it_runs_where_no_folder_can_be_made_and_says_with_every_picture_what_it_was_told(machine: Machine) -> None:
    machine.spend()
    (machine.home / "file").touch()
    nowhere = folders(machine.home / "file" / "tankful")
    audience = Watcher()
    remark = TankfulError("Nothing can be written", "Make room.")
    engine = Engine(nowhere, Settings(), lambda: datetime.now(UTC), machine.environ, remarks=lambda: (remark,))
    engine.start(audience)
    shown = audience.until(lambda snapshot: any(feed.feed == "ledger" for feed in snapshot.feeds))
    engine.stop()
    feeds = {feed.feed: feed for feed in shown.feeds}
    ledger, said = feeds["ledger"], feeds["state"]
    assert ledger.condition is Condition.FAILING
    assert "cannot be made" in ledger.title
    assert (said.condition, said.title, said.hint) == (Condition.OK, "Nothing can be written", "Make room.")


def test_a_source_that_is_switched_off_is_not_read(machine: Machine) -> None:
    machine.spend()
    with machine.engine(Settings(budget_usd=Decimal(400), sources_off=("claude-code",))) as (_, audience):
        shown = audience.until(lambda snapshot: bool(snapshot.feeds))
        assert "claude-code" not in {feed.feed for feed in shown.feeds}
        assert spent(shown) == 0
