"""Suggestions live: found in what is booked, one a day, the same after a restart, and answered once."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine_rig import Machine
from tankful.core.allocation import OfferedModel
from tankful.core.inbox import InboxEntry, NoticeClass, Outcome, Rule
from tankful.core.nudges.effect import Days, Effect, Nudged
from tankful.core.nudges.nudge import Answer, Nudge, Origin
from tankful.core.nudges.policy import Score, is_held_out
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.settings import Settings
from tankful.engine.messages import NudgeAnswered
from tankful.engine.nudge_book import FACT
from tankful.engine.reading import Reading
from tankful.switch.journal import Journal
from tankful.switch.models import PURPOSE
from tankful.switch.plans import plan
from tankful.switch.values import Change

SEED = "seed"
NOON = next(day for n in range(9) if not is_held_out((day := datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(days=n)).date(), SEED))
HOUSE = {"metacode-1": InHouse("MetaCode", ("claude-opus-4-5",), ("tests",))}
PRICES = {"metacode-1": PriceOverride(Decimal("0.6"), Decimal("2.4"), Decimal("0.06"))}
SETTINGS = Settings(timezone="UTC", in_house=HOUSE, prices=PRICES)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    keep_seed(made, SEED)
    return made


def keep_seed(machine: Machine, seed: str) -> None:
    """Let the ledger have decided by this seed before."""
    reading = machine.reading()
    reading.ledger.keep_fact(FACT, json.dumps({"offers": [], "scores": {}, "seed": seed}))
    reading.close()


def work(machine: Machine, until: datetime, count: int = 30, **more: Any) -> None:
    usage = {"input_tokens": 200, "output_tokens": 500, "cache_read_input_tokens": 100_000, "cache_creation_input_tokens": 600}
    for number in range(count):
        at = until - timedelta(minutes=count - number)
        message = {"id": f"msg_{machine.written}", "role": "assistant", "model": "claude-opus-4-5", "usage": usage}
        machine.spend(at=at, message=message, costUSD=None, **more)


def type_to(machine: Machine, at: datetime, session: str = "session") -> None:
    """Let somebody type something, as the agent's log tells."""
    machine.written += 1
    line = {
        "type": "user",
        "uuid": f"line-{machine.written}",
        "sessionId": session,
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "cwd": "/work",
        "message": {"role": "user", "content": "Go on."},
    }
    machine.log.parent.mkdir(parents=True, exist_ok=True)
    log = machine.log if session == "session" else machine.log.with_name(f"{session}.jsonl")
    with log.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")


@contextmanager
def read(machine: Machine, now: datetime, settings: Settings = SETTINGS) -> Generator[Reading]:
    reading = machine.reading(settings, lambda: now)
    reading.scan()
    try:
        yield reading
    finally:
        reading.close()


def nudge(machine: Machine, now: datetime, settings: Settings = SETTINGS) -> Nudge | None:
    """Return what a program that was started just now suggests."""
    with read(machine, now, settings) as reading:
        return reading.snapshot().nudge


def test_after_a_pause_cheaper_work_is_suggested_and_it_is_the_same_after_a_restart(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    found = nudge(machine, NOON)

    assert found is not None
    assert found.tool is not None
    assert (found.rule, found.tool.title, found.times) == ("cheaper-in-house", "MetaCode", 30)
    assert nudge(machine, NOON + timedelta(minutes=1)) == found


def test_what_was_found_is_not_looked_for_again_within_minutes(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    with read(machine, NOON) as reading:
        assert reading.snapshot().nudge is reading.snapshot().nudge


def test_in_the_middle_of_work_nothing_is_suggested_and_what_was_stays(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=1))
    assert nudge(machine, NOON) is None
    assert nudge(machine, NOON + timedelta(minutes=9)) is not None
    work(machine, NOON + timedelta(minutes=11))
    assert nudge(machine, NOON + timedelta(minutes=11)) is not None


def test_agents_that_were_left_alone_are_found_in_what_is_booked_unless_a_notice_told_of_it(machine: Machine) -> None:
    for days in (2, 1):
        start = NOON - timedelta(days=days)
        type_to(machine, start)
        work(machine, start + timedelta(minutes=100), 95)
    plain = Settings(timezone="UTC")
    with read(machine, NOON, plain) as reading:
        seen = reading.snapshot()
        assert seen.nudge is not None
        assert (seen.nudge.rule, seen.nudge.stretches, seen.nudge.project) == ("unattended", 2, "/work")
    told = InboxEntry(
        "spike:x", NOON - timedelta(hours=22, minutes=30), NoticeClass.ACT, Rule.SPIKE, "Said", "So", "Because", Outcome.SHOWN, subject=""
    )
    with read(machine, NOON + timedelta(hours=3), plain) as reading:
        with reading.ledger.notices() as notices:
            notices.keep([told], NOON)
        reading.ledger.keep_fact(FACT, json.dumps({"offers": [], "scores": {}, "seed": SEED}))
        assert reading.snapshot().nudge is None


def test_sessions_side_by_side_are_found_in_what_is_booked(machine: Machine) -> None:
    for days in (3, 2, 1):
        for session in ("session", "other"):
            start = NOON - timedelta(days=days)
            type_to(machine, start, session)
            work(machine, start + timedelta(minutes=16), 15, sessionId=session, log=machine.log.with_name(f"{session}.jsonl"))
    found = nudge(machine, NOON, Settings(timezone="UTC"))
    assert found is not None
    assert (found.rule, found.stretches, found.times) == ("parallel", 3, 45)


def test_at_the_start_of_a_session_it_is_suggested(machine: Machine) -> None:
    work(machine, NOON - timedelta(hours=2))
    work(machine, NOON, 1, sessionId="another", log=machine.log.with_name("another.jsonl"))
    assert nudge(machine, NOON) is not None


def test_at_the_start_of_a_session_nothing_is_while_another_one_is_in_the_middle_of_work(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=1))
    work(machine, NOON, 1, sessionId="another", log=machine.log.with_name("another.jsonl"))
    assert nudge(machine, NOON) is None


def test_one_a_day_and_a_dismissed_one_is_gone(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    with read(machine, NOON) as reading:
        found = reading.snapshot().nudge
        assert found is not None
        reading.aware.nudges.answer(reading.ledger, found.key, Answer.DISMISSED, NOON)
        assert reading.snapshot().nudge is None
        assert dict(reading.aware.nudges.memory.scores) == {found.rule: Score(1, 0, 1)}
    assert nudge(machine, NOON + timedelta(minutes=1)) is None
    days = [NOON + timedelta(days=n) for n in range(1, 5)]
    assert [nudge(machine, day) for day in days] == [None] * 4, "the same one is not offered again"


def test_an_accepted_one_is_gone_too_after_a_restart(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    with read(machine, NOON) as reading:
        found = reading.snapshot().nudge
        assert found is not None
        reading.aware.nudges.answer(reading.ledger, found.key, Answer.ACCEPTED, NOON)
    assert nudge(machine, NOON) is None


HELD = next(day for n in range(60) if is_held_out((day := NOON + timedelta(days=n)).date(), SEED))


def test_on_a_held_out_day_nothing_is_suggested_and_that_it_was_due_is_kept(machine: Machine) -> None:
    with read(machine, HELD) as reading:
        reading.snapshot()
        assert reading.aware.nudges.memory.held_out == (), "nothing was due"
    work(machine, HELD - timedelta(minutes=6))
    assert nudge(machine, HELD) is None
    with read(machine, HELD + timedelta(hours=1)) as reading:
        reading.aware.shows_score = True
        seen = reading.snapshot()
        (held,) = reading.aware.nudges.memory.held_out
        assert (held.at, held.day, held.rule) == (HELD, HELD.date(), "cheaper-in-house")
        assert (seen.nudge, seen.nudged) == (None, Nudged(is_held_out=True))
        assert reading.aware.nudges.memory.seed == SEED


def test_a_ledger_without_a_seed_gets_one_of_its_own_and_keeps_it(machine: Machine) -> None:
    keep_seed(machine, "")
    work(machine, NOON - timedelta(minutes=6))
    seeds: list[str] = []
    for _ in range(2):
        with read(machine, NOON) as reading:
            reading.snapshot()
            seeds.append(reading.aware.nudges.memory.seed)
    assert seeds[0] == seeds[1] != ""


def test_what_was_spent_in_the_day_after_is_told_once_it_is_over(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    assert nudge(machine, NOON) is not None
    work(machine, HELD - timedelta(minutes=6))
    assert nudge(machine, HELD) is None
    machine.spend(2, at=NOON + timedelta(hours=3))
    machine.spend(1, at=HELD + timedelta(hours=23))
    found: list[Effect] = []
    for later in (timedelta(hours=23), timedelta(hours=25)):
        with read(machine, max(NOON, HELD) + later) as reading:
            reading.aware.shows_score = True
            nudged = reading.snapshot().nudged
            assert nudged is not None
            found.append(nudged.effect)
    before, after = found
    assert (before.offered.number, before.held_out.number) == (1, 0)
    assert (after.offered, after.held_out) == (Days(1, *[Decimal("0.06")] * 3), Days(1, *[Decimal("0.03")] * 3))
    with read(machine, HELD + timedelta(days=200)) as reading:
        reading.aware.shows_score = True
        nudged = reading.snapshot().nudged
        assert nudged is not None
        assert nudged.effect == Effect(), "that long ago tells nothing of today"


def test_a_switch_that_came_of_a_suggestion_and_its_undo_are_known_from_the_journal(machine: Machine, tmp_path: Path) -> None:
    work(machine, NOON - timedelta(minutes=6))
    file, journal = tmp_path / "settings.json", Journal.below(machine.folders.data)
    file.write_text("{}")
    with read(machine, NOON) as reading:
        found = reading.snapshot().nudge
        assert found is not None
        journal.carry_out(found.agent, PURPOSE, [plan(file, [Change(("model",), "metacode-1")])], NOON, "metacode-1 of work")
        reading.aware.nudges.answer(reading.ledger, found.key, Answer.ACCEPTED, NOON)
        reading.snapshot()
        assert dict(reading.aware.nudges.memory.scores) == {found.rule: Score(1, 1, 0, 0)}
    journal.path.rename(tmp_path / "aside")
    journal.path.write_text("nonsense")
    with read(machine, NOON + timedelta(hours=1)) as reading:
        reading.snapshot()
        assert dict(reading.aware.nudges.memory.scores) == {found.rule: Score(1, 1, 0, 0)}, "nobody can say"
        (tmp_path / "aside").replace(journal.path)
        for entry in journal.entries():
            journal.undo(entry)
        for _ in range(2):
            reading.snapshot()
            assert dict(reading.aware.nudges.memory.scores) == {found.rule: Score(1, 1, 0, 1)}


def test_an_older_switch_or_one_to_another_model_did_not_come_of_it(machine: Machine, tmp_path: Path) -> None:
    work(machine, NOON - timedelta(minutes=6))
    journal, early = Journal.below(machine.folders.data), NOON - timedelta(hours=1)
    for name, at, model in (("a.json", early, "metacode-1"), ("b.json", NOON, "other-1")):
        (tmp_path / name).write_text("{}")
        journal.carry_out("claude-code", PURPOSE, [plan(tmp_path / name, [Change(("model",), model)])], at, f"{model} of work")
    with read(machine, NOON) as reading:
        found = reading.snapshot().nudge
        assert found is not None
        reading.aware.nudges.answer(reading.ledger, found.key, Answer.ACCEPTED, NOON)
        assert reading.aware.nudges.memory.offers[0].switched is None


def test_where_it_is_switched_off_nothing_is_suggested(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    assert nudge(machine, NOON, Settings(timezone="UTC", in_house=HOUSE, prices=PRICES, nudges=False)) is None


def test_switching_it_off_and_on_has_effect_at_once(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    with read(machine, NOON) as reading:
        found = reading.snapshot().nudge
        assert found is not None
        reading.adopt(Settings(timezone="UTC", in_house=HOUSE, prices=PRICES, nudges=False))
        assert reading.snapshot().nudge is None
        reading.adopt(SETTINGS)
        assert reading.snapshot().nudge == found


def test_a_model_that_a_gateway_calls_in_house_is_suggested_at_the_gateways_price(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    rate = Decimal("0.0000006")
    house = OfferedModel("qwen3-coder", rate, rate * 4, rate / 10, None, in_house=True, title="Qwen3 Coder")
    models = (house, OfferedModel("unpriced", in_house=True), OfferedModel("other", rate, rate))
    plain = Settings(timezone="UTC")
    with read(machine, NOON, plain) as reading:
        with reading.ledger.account_recorder() as recorder:
            recorder.keep_offered("ai.example.com", models, NOON, reading.price)
        found = reading.snapshot().nudge
        assert found is not None
        assert found.tool is not None
        assert (found.tool.model, found.tool.prices.source) == ("qwen3-coder", "ai.example.com")
        assert (found.tool.origin, found.tool.account) == (Origin.GATEWAY, "ai.example.com")
        assert found.comparison is not None

    named = Settings(timezone="UTC", in_house={"qwen3-coder": InHouse("Our coder")}, prices={"other": PRICES["metacode-1"]})
    found = nudge(machine, NOON, named)
    assert found is not None
    assert found.tool is not None
    assert (found.tool.title, found.tool.origin, found.tool.account) == ("Our coder", Origin.USER, "ai.example.com")
    own = Settings(timezone="UTC", prices={"qwen3-coder": PRICES["metacode-1"]})
    found = nudge(machine, NOON, own)
    assert found is not None
    assert found.tool is not None
    assert found.tool.prices.source == "your own prices"


def test_a_model_that_the_organisation_calls_in_house_comes_before_the_users_own_word(machine: Machine, tmp_path: Path) -> None:
    work(machine, NOON - timedelta(minutes=6))
    policy = tmp_path / "policy.toml"
    machine.folders = replace(machine.folders, policy=policy)
    policy.write_text('[[in_house]]\nmodel = "metacode-1"\ntitle = "Meta Code"\n')
    policy.chmod(0o644)
    found = nudge(machine, NOON)
    assert found is not None
    assert found.tool is not None
    assert (found.tool.title, found.tool.origin, found.tool.prices.source) == ("Meta Code", Origin.POLICY, "your own prices")
    assert found.tool.account == "", "no linked account offers it"
    assert found.tool.alternative_to == (), "what the user says of it counts for nothing"

    policy.write_text("[[in_house")
    found = nudge(machine, NOON)
    assert found is not None
    assert found.tool is not None
    assert (found.tool.title, found.tool.origin) == ("MetaCode", Origin.USER)


def test_what_another_version_kept_is_begun_anew(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    for broken in ("[]", "{", '{"offers": [[1]], "scores": {}}'):
        with read(machine, NOON) as reading:
            reading.ledger.keep_fact(FACT, broken)
            reading.snapshot()
            memory = reading.aware.nudges.memory
            assert len(memory.offers) + len(memory.held_out) == 1, "as its new seed has it"


def test_where_another_program_was_first_its_suggestion_counts(machine: Machine) -> None:
    work(machine, NOON - timedelta(minutes=6))
    with read(machine, NOON, Settings(timezone="UTC", nudges=False)) as other:
        seen, book = other.snapshot(), other.aware.nudges
        with other.ledger.history() as history:
            book.look(other.ledger, history, seen, lambda: other.price, SETTINGS, UTC)
        assert book.present is not None
        key, rule = book.present.key, book.present.rule
        with read(machine, NOON) as reading:
            assert reading.snapshot().nudge == book.present
            book.keep(other.ledger, UTC, NOON)
            assert book.present is None
            reading.aware.nudges.answer(reading.ledger, key, Answer.DISMISSED, NOON)
        book.answer(other.ledger, key, Answer.ACCEPTED, NOON)
        assert dict(book.memory.scores) == {rule: Score(1, 0, 1)}


def test_the_engine_takes_an_answer(machine: Machine) -> None:
    now = datetime.now(UTC)
    days = (now.date(), (now + timedelta(minutes=1)).date())
    keep_seed(machine, next(str(n) for n in range(99) if not any(is_held_out(day, str(n)) for day in days)))
    work(machine, now - timedelta(minutes=6))
    with machine.engine(SETTINGS) as (engine, audience):
        found = audience.until(lambda seen: seen.nudge is not None).nudge
        assert found is not None
        engine.post(NudgeAnswered(found.key, Answer.DISMISSED))
        audience.until(lambda seen: seen.nudge is None)
