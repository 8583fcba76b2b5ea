from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.outlook import PRIOR_DAYS, Outlook, chance_above, irregularity, learned_weights, ratios, shrunken_rate, usual_spend

WORKING = frozenset({1, 2, 3, 4, 5})
START = date(2026, 11, 1)


def test_somebody_who_always_spends_ten_a_working_day_usually_spends_ten() -> None:
    days = [START - timedelta(days=n) for n in range(1, 57)]
    history = [(day, 10.0 if day.isoweekday() in WORKING else 3.0) for day in days]
    usual, seen = usual_spend(history, START, WORKING)
    assert usual == pytest.approx(10)
    assert seen == PRIOR_DAYS


def test_one_wild_day_in_eight_weeks_hardly_counts() -> None:
    days = [START - timedelta(days=n) for n in range(1, 57)]
    calm = [(day, 10.0) for day in days]
    wild = [(days[0], 5000.0), *calm[1:]]
    assert usual_spend(wild, START, WORKING) == usual_spend(calm, START, WORKING)


def test_a_missing_day_cost_nothing() -> None:
    written = [(START - timedelta(days=n), 10.0 if n % 2 else 0.0) for n in range(1, 30)]
    assert usual_spend([day for day in written if day[1]], START, WORKING) == usual_spend(written, START, WORKING)


def test_recent_days_count_more_than_old_ones() -> None:
    rising = [(START - timedelta(days=n), 20.0 if n <= 28 else 10.0) for n in range(1, 57)]
    falling = [(START - timedelta(days=n), 10.0 if n <= 28 else 20.0) for n in range(1, 57)]
    assert usual_spend(rising, START, WORKING)[0] > usual_spend(falling, START, WORKING)[0]


def test_days_of_the_period_itself_and_of_long_ago_are_no_history() -> None:
    assert usual_spend([(START, 10.0), (START - timedelta(days=85), 10.0)], START, WORKING) == (0, 0)


def test_the_zeros_before_the_first_spend_are_no_history() -> None:
    spent = [(START - timedelta(days=n), 10.0) for n in range(1, 6)]
    nobody = [(START - timedelta(days=n), 0.0) for n in range(6, 85)]
    assert usual_spend([*nobody, *spent], START, WORKING) == usual_spend(spent, START, WORKING)
    assert usual_spend(nobody, START, WORKING) == (0, 0)


def test_two_days_of_history_weigh_two_days() -> None:
    assert usual_spend([(date(2026, 10, 29), 8.0), (date(2026, 10, 30), 8.0)], date(2026, 10, 31), WORKING) == (8, 2)


def test_without_history_the_first_hour_is_damped() -> None:
    assert shrunken_rate(5, 0.1, 0, 0) == pytest.approx(5 / 1.1)
    assert shrunken_rate(0, 0, 0, 0) == 0


def test_the_rate_moves_from_usual_to_what_this_period_says() -> None:
    assert shrunken_rate(0, 0, 10, 12) == 10
    assert shrunken_rate(240, 12, 10, 12) == 15


def test_the_band_narrows_as_the_period_goes() -> None:
    widths = [high - low for low, _, high in (ratios(day / 28, PRIOR_DAYS, 1) for day in (0, 5, 10, 14, 21, 28))]
    assert widths == sorted(widths, reverse=True)


def test_the_band_is_wider_without_history() -> None:
    assert ratios(0.5, 0, 1)[2] > ratios(0.5, PRIOR_DAYS, 1)[2]


def test_weeks_that_are_alike_give_a_narrow_band_around_the_rate() -> None:
    regular, erratic = ratios(0.75, PRIOR_DAYS, 0.2), ratios(0.75, PRIOR_DAYS, 1.2)
    assert regular == ratios(0.75, PRIOR_DAYS, 0.3)
    assert erratic == ratios(0.75, PRIOR_DAYS, 1)
    assert regular[2] - regular[0] < (erratic[2] - erratic[0]) / 1.5
    assert regular[1] == pytest.approx(0.95)


def test_weeks_are_erratic_until_they_are_known_to_be_alike() -> None:
    def past(days: int, spend: Callable[[int], float]) -> list[tuple[date, float]]:
        return [(START - timedelta(days=n), spend(n)) for n in range(1, days + 1)]

    assert irregularity([], START) == irregularity([(START, 9.0)], START) == 1
    assert irregularity(past(13, lambda _: 10.0), START) == 1
    known = [irregularity(past(days, lambda _: 10.0), START) for days in (14, 28, 84)]
    assert known == sorted(known, reverse=True)
    assert known[-1] == pytest.approx(1 / 7)
    assert irregularity(past(84, lambda n: 10.0 if n > 60 else 0.5), START) > 1
    assert irregularity(past(87, lambda n: 10.0 if n < 85 else 999.0), START) == known[-1]


@pytest.mark.parametrize("factors", [(0.16, 1.08, 3.87), (0.0, 0.58, 2.73)])
def test_the_chance_goes_through_the_known_points(factors: tuple[float, float, float]) -> None:
    assert chance_above(0, factors) == 1
    assert chance_above(factors[1], factors) == pytest.approx(0.5)
    assert chance_above(factors[2], factors) == pytest.approx(0.1)
    assert chance_above(factors[2] * 2, factors) < 0.05
    assert chance_above(1e-12, factors) == pytest.approx(1 if factors[0] else 0.9)


@given(share=st.floats(0, 1), seen=st.floats(0, PRIOR_DAYS), irregular=st.floats(0, 4), one=st.floats(-1, 100), other=st.floats(-1, 100))
def test_a_higher_mark_is_never_more_likely_to_be_passed(share: float, seen: float, irregular: float, one: float, other: float) -> None:
    factors = ratios(share, seen, irregular)
    assert 0 <= factors[0] < factors[1] < factors[2]
    near, far = sorted((one, other))
    assert 0 <= chance_above(far, factors) <= chance_above(near, factors) <= 1


def test_days_weigh_what_was_spent_on_them_and_a_little_what_was_assumed() -> None:
    days = [START - timedelta(days=n) for n in range(1, 85)]
    fridays_off = [(day, 10.0 if day.isoweekday() in {1, 2, 3, 4} else 0.0) for day in days]
    weights = learned_weights(fridays_off, START, WORKING)
    assert weights[5] < 0.3
    assert weights[1] > 1
    assert weights[6] < 0.1
    assert learned_weights([], START, WORKING) == {**dict.fromkeys(range(1, 6), 1.0), 6: 0.3, 7: 0.3}
    wild = learned_weights([(day, 5000.0 if day == days[0] else cost) for day, cost in fridays_off], START, WORKING)
    assert wild[days[0].isoweekday()] <= weights[days[0].isoweekday()] + 3 / 16


def outlook(history: list[tuple[date, Decimal]] | None = None) -> Outlook:
    return Outlook(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), UTC, WORKING, history or [])


def test_what_is_safe_today_is_an_even_part_of_what_is_left() -> None:
    ahead = outlook()
    noon, tonight = datetime(2026, 11, 18, 12, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)
    safe = ahead.safe_until(Decimal(200), Decimal(400), noon, tonight)
    assert 10 < safe < 20
    assert ahead.safe_until(Decimal(390), Decimal(400), noon, tonight) == 0
    assert ahead.safe_until(Decimal(0), Decimal(0), noon, tonight) == 0
    last = datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert ahead.safe_until(Decimal(100), Decimal(400), last, datetime(2026, 12, 1, tzinfo=UTC)) == 280
    assert ahead.safe_until(Decimal(100), Decimal(400), datetime(2026, 12, 2, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC)) == 280


def test_a_correction_below_nothing_foresees_nothing() -> None:
    low, likely, high, chance, when = outlook().ahead(Decimal(-5), Decimal(400), datetime(2026, 11, 18, tzinfo=UTC))
    assert (low, likely, high, chance, when) == (-5, -5, -5, 0, None)


def test_if_it_runs_out_there_is_a_day_and_the_more_is_gone_the_sooner() -> None:
    ahead, noon = outlook(), datetime(2026, 11, 10, 12, tzinfo=UTC)
    some, more = ahead.dry_at(Decimal(100), Decimal(400), noon), ahead.dry_at(Decimal(200), Decimal(400), noon)
    assert some is not None
    assert more is not None
    assert noon < more < some < datetime(2026, 12, 1, tzinfo=UTC)
    assert ahead.dry_at(Decimal(1), Decimal(40_000), noon) is None
    assert ahead.dry_at(Decimal(0), Decimal(400), noon) is None
    assert ahead.dry_at(Decimal(400), Decimal(400), noon) is None
