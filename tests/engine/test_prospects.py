"""Every budget of an account has its own forecast, and is spent at its own rate."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine_rig import Machine
from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.links import Link, Method
from tankful.engine.messages import StatementFetched

NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
LINK = Link("work", "litellm", "https://ai.example.com", Method.KEY)


def test_a_budget_that_does_not_bind_has_a_forecast_and_a_rate(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.environ["ANTHROPIC_BASE_URL"] = LINK.url
    machine.spend(40, at=NOW - timedelta(minutes=20))
    reading = machine.reading(now=lambda: NOW)
    try:
        reading.adopt_links((LINK,))
        reading.scan()
        mine = Allocation("work", "you", Decimal(100), Decimal("99.9"), START, END)
        team = Allocation("work", "team", Decimal(1000), Decimal("998.5"), START, END, ScopeKind.TEAM)
        said = Statement("work", NOW - timedelta(seconds=20), "alice", (mine, team), books_within=timedelta(minutes=1))
        reading.hear((StatementFetched(LINK, said, said.as_of),))
        seen = reading.snapshot()
    finally:
        reading.close()
    (prospect,) = seen.prospects
    assert seen.binding is not None
    assert seen.binding.allocation.scope == "you"
    assert (prospect.account, prospect.identity) == ("work", "team")
    assert prospect.forecast is not None
    assert prospect.forecast.run_out_probability > 0.7
    assert prospect.burn_per_hour == seen.burn_per_hour > 0
    assert seen.forecast_of(seen.meters[1]) == prospect.forecast
    assert seen.forecast_of(seen.meters[0]) == seen.forecast
