from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tankful.core.allocation import Allocation, ScopeKind
from tankful.core.meter import PERSONAL, Meter
from tankful.core.prospect import Prospect, prospects

START, NOW, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 16, 12, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
TEAM = Allocation("work", "team", Decimal(1000), Decimal(600), START, END, ScopeKind.TEAM)
PAST = tuple((date(2026, 10, 1) + timedelta(days=day), Decimal(1)) for day in range(31))


def ahead(*allocations: Allocation, burn: str = "4", asked: list[Meter] | None = None) -> tuple[Prospect, ...]:
    def burn_of(meter: Meter) -> Decimal:
        if asked is not None:
            asked.append(meter)
        return Decimal(1)

    meters = [Meter(each) for each in allocations]
    days = frozenset({1, 2, 3, 4, 5})
    return prospects(meters, PAST, burn_per_hour=Decimal(burn), burn_of=burn_of, now=NOW, zone=UTC, working_days=days)


def test_each_budget_has_a_forecast_of_its_own() -> None:
    mine = replace(TEAM, scope="you", kind=ScopeKind.YOU, settled=Decimal(10), limit=Decimal(20))
    team, own = ahead(TEAM, mine)
    assert team.is_of(Meter(TEAM))
    assert not team.is_of(Meter(mine))
    assert team.forecast is not None
    assert own.forecast is not None
    assert team.forecast.low >= 600
    assert own.forecast.high < 60


def test_what_one_person_spent_before_says_nothing_of_a_budget_that_others_spend_from() -> None:
    (team,), (alone,) = ahead(TEAM), ahead(replace(TEAM, kind=ScopeKind.KEY))
    assert team.forecast is not None
    assert alone.forecast is not None
    assert team.forecast.likely > alone.forecast.likely


@pytest.mark.parametrize("changed", [replace(TEAM, limit=None), replace(TEAM, limit=Decimal(0)), replace(TEAM, resets_at=None)])
def test_a_budget_without_limit_or_reset_has_no_forecast(changed: Allocation) -> None:
    (found,) = ahead(changed)
    assert found.forecast is None
    assert ahead(replace(TEAM, resetting=True))[0].forecast is None


def test_only_of_a_budget_that_is_nearly_gone_it_is_asked_what_was_spent_from_it() -> None:
    asked: list[Meter] = []
    near = replace(TEAM, settled=Decimal(999))
    own = replace(near, account=PERSONAL)
    found = ahead(TEAM, near, own, replace(TEAM, settled=Decimal(1001)), asked=asked)
    assert asked == [Meter(near)]
    assert [each.burn_per_hour for each in found] == [4, 1, 4, 4]
