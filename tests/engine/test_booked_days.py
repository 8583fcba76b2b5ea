"""The burn-down of a gateway's budget is drawn from the gateway's own days, whatever machine they were spent on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine_rig import Machine
from feed_rig import OK, SMALL, Running, link, live, running
from gateway_rig import AnsweringServer
from tankful.core.allocation import Allocation, BookedDay, ScopeKind, Statement
from tankful.core.links import Link, Method
from tankful.engine.messages import DaysFetched, StatementFetched
from tankful.gateways.gateway import Asked

NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
LINK = Link("work", "litellm", "https://ai.example.com", Method.KEY)
DAYS = (
    BookedDay(date(2026, 11, 3), "claude", Decimal(7), 3),
    BookedDay(date(2026, 11, 3), "tiny", Decimal("0.5"), 9),
    BookedDay(date(2026, 11, 20), "claude", Decimal(2), 1),
)


def shown(tmp_path: Path, kind: ScopeKind) -> dict[date, Decimal]:
    machine = Machine(tmp_path)
    machine.environ["ANTHROPIC_BASE_URL"] = LINK.url
    machine.spend(2, at=NOW - timedelta(seconds=5))
    reading = machine.reading(now=lambda: NOW)
    try:
        reading.adopt_links((LINK,))
        reading.scan()
        budget = Allocation("work", "you", Decimal(100), Decimal("9.5"), START, END, kind)
        said = Statement("work", NOW - timedelta(seconds=20), "alice", (budget,), books_within=timedelta(minutes=1))
        reading.hear((StatementFetched(LINK, said, said.as_of), DaysFetched(LINK, DAYS)))
        return {day.day: day.cost for day in reading.snapshot().days}
    finally:
        reading.close()


def test_each_day_is_what_the_gateway_booked_and_the_last_one_has_what_it_has_not(tmp_path: Path) -> None:
    days = shown(tmp_path, ScopeKind.YOU)
    assert len(days) == 20
    assert {day.day: cost for day, cost in days.items() if cost} == {3: Decimal("7.5"), 20: Decimal("2.06")}


def test_a_teams_budget_is_not_drawn_from_ones_own_days(tmp_path: Path) -> None:
    assert {day.day: cost for day, cost in shown(tmp_path, ScopeKind.TEAM).items() if cost} == {20: Decimal("0.06")}


def test_the_days_are_asked_for_once_in_a_while() -> None:
    asked: list[tuple[date, date]] = []

    async def breakdown(question: Asked, first: date, last: date) -> tuple[BookedDay, ...]:
        del question
        asked.append((first, last))
        return DAYS

    async def story(feed: Running) -> None:
        await feed.time.passes(1000)

    with AnsweringServer(OK) as server:
        feed = live(running(link(server), gateways=(replace(SMALL, breakdown=breakdown),)), story)
    assert 1 <= len(asked) <= 2
    assert feed.of(DaysFetched)[0].days == DAYS
