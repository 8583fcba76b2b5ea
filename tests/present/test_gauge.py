"""What the icon shows for each state of the world."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictured import ACT, BLANK, CALM, FAILING, NO_LIMIT, NOW, OVER, SCANNING, UNSET, WATCH, ZONE, allocation
from tankful.core.choices import IconStyle
from tankful.core.meter import Meter
from tankful.core.pace import Tone
from tankful.core.snapshot import Snapshot
from tankful.present.gauge import gauge_view, smooth, tooltip

EMPTY = "\N{EN DASH}"


def spent(dollars: Decimal, limit: Decimal | None = Decimal(600)) -> Snapshot:
    return replace(WATCH, meters=(Meter(allocation(dollars, limit), binding=True),))


def test_the_gauge_shows_the_used_share_and_where_an_even_pace_would_be() -> None:
    view = gauge_view(WATCH, IconStyle.ARC)

    assert (view.digits, view.tone, view.dimmed) == ("67", Tone.WATCH, False)
    assert view.used == pytest.approx(0.67, abs=0.005)
    assert view.even == pytest.approx(0.58)


@pytest.mark.parametrize("snapshot", [None, NO_LIMIT, Snapshot(as_of=NOW)])
def test_without_a_limit_the_gauge_is_empty_and_says_so(snapshot: Snapshot | None) -> None:
    view = gauge_view(snapshot, IconStyle.TANK)

    assert (view.style, view.tone, view.used, view.even, view.digits) == (IconStyle.TANK, Tone.UNKNOWN, None, None, EMPTY)


@pytest.mark.parametrize(
    ("dollars", "digits"), [("0", "0"), ("0.5", "0"), ("6", "1"), ("599.99", "99"), ("600", "!!"), ("900", "!!"), ("-5", "0")]
)
def test_the_digits_never_take_more_than_two_places(dollars: str, digits: str) -> None:
    assert gauge_view(spent(Decimal(dollars)), IconStyle.ARC).digits == digits


def test_a_budget_that_is_gone_is_for_acting_whatever_the_pace() -> None:
    view = gauge_view(replace(OVER, pace=CALM.pace), IconStyle.ARC)

    assert (view.tone, view.used) == (Tone.ACT, 1.0)


def test_a_pace_that_is_not_known_yet_has_no_tick_and_no_tone() -> None:
    view = gauge_view(SCANNING, IconStyle.ARC)

    assert (view.tone, view.even, view.dimmed) == (Tone.UNKNOWN, None, True)


def test_a_failing_feed_dims_the_gauge_and_keeps_the_number() -> None:
    view = gauge_view(FAILING, IconStyle.ARC)

    assert (view.digits, view.dimmed) == ("67", True)


@given(st.decimals(0, 600, places=2))
def test_a_change_too_small_to_see_is_no_change(dollars: Decimal) -> None:
    one, other = gauge_view(spent(dollars), IconStyle.ARC), gauge_view(spent(dollars + Decimal("0.000001")), IconStyle.ARC)

    assert one.used is not None
    assert other.used is not None
    assert round(one.used * 200, 9) == round(one.used * 200)
    assert other.used - one.used <= 0.005 + 1e-9


def test_the_large_gauge_is_exact() -> None:
    small = gauge_view(WATCH, IconStyle.ARC)

    assert smooth(small, WATCH).used == pytest.approx(402.15 / 600)
    assert smooth(gauge_view(NO_LIMIT, IconStyle.ARC), NO_LIMIT).used is None


@pytest.mark.parametrize(
    ("snapshot", "sentence"),
    [
        (None, "Tankful is starting."),
        (WATCH, "67% of $600 used; $197.85 left; ahead of pace."),
        (CALM, "35% of $600 used; $386.45 left; on pace."),
        (ACT, "94% of $600 used; $35.97 left; well ahead of pace."),
        (OVER, "108% of $600 used; $52.30 over; over budget."),
        (SCANNING, "16% of $600 used; $503.88 left; still reading logs."),
        (FAILING, "67% of $600 used; $197.85 left; ahead of pace; some numbers are old."),
        (NO_LIMIT, "$402.15 spent in this period; no budget set."),
        (replace(CALM, unpriced_requests=12), "35% of $600 used; $386.45 left; 12 requests have no price; on pace, by what has a price."),
        (replace(WATCH, unpriced_requests=1), "67% of $600 used; $197.85 left; 1 request has no price; ahead of pace."),
        (replace(NO_LIMIT, unpriced_requests=12), "$402.15 + 12 unpriced spent in this period; no budget set."),
        (Snapshot(as_of=NOW), "What was spent is not known."),
        (UNSET, "$402.15 spent in this period; budget unknown."),
        (BLANK, "What was spent is not known: The disk is full."),
    ],
)
def test_the_tooltip_is_one_sentence(snapshot: Snapshot | None, sentence: str) -> None:
    assert tooltip(snapshot, ZONE) == sentence
