"""A request for more: facts, a reason that the figures give, and names of projects only where they are wanted."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pictured import ACT, BLANK, BUDGETED, CALM, LINKED, NO_LIMIT, NOW, OVER, UNPRICED, WATCH, ZONE
from tankful.core.meter import Meter
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.core.spending import Part, Spending
from tankful.present.request import mailto, period_of, reason_words, request

SPENDING = Spending(
    (Part("claude-code", Decimal("321.08"), 9, 0), Part("metacode", Decimal(0), 3, 3)),
    (Part("/home/grace/orchard", Decimal("201.40"), 9, 0), Part("", Decimal("1.20"), 3, 0)),
)
NONE = Spending()


def text(snapshot: Snapshot, settings: Settings = BUDGETED, spending: Spending = NONE) -> str:
    return request(snapshot, settings, ZONE, spending).text


def never(snapshot: Snapshot) -> Snapshot:
    """Return the same with a budget that has no reset."""
    (meter,) = snapshot.meters
    return replace(snapshot, meters=(Meter(replace(meter.allocation, resets_at=None), binding=True),), forecast=None)


def test_it_holds_period_spend_forecast_and_reason() -> None:
    assert text(WATCH, spending=SPENDING) == (
        "Request for more AI budget: November\n\n"
        "Period: 1 Nov to 30 Nov 2026, as of Fri 20 Nov\n"
        "Budget: $600 (my own)\n"
        "Spent: $402.15, 67%\n"
        "Left: $197.85\n"
        "Forecast: $560 to $790 by the end of the period (8 times in 10); chance that it runs out before: 8 in 10\n\n"
        "Asked for: $70 more, which covers the likely spend of $668\n\n"
        "Reason: At this rate the budget is used up on Thu 26 Nov, 5 days before it resets on 1 Dec.\n\n"
        "Spend by agent, on this machine and at list prices:\n"
        "- Claude Code: $321.08\n"
        "- metacode: 3 unpriced\n\n"
        "Spend by project:\n"
        "- orchard: $201.40\n"
        "- no folder known: $1.20\n"
    )


def test_names_of_projects_can_be_left_out_and_put_back() -> None:
    asked = request(WATCH, BUDGETED, ZONE, SPENDING)
    nameless = asked.without_names(asked.text)
    assert nameless == request(WATCH, BUDGETED, ZONE, SPENDING, names=False).text
    assert nameless is not None
    assert "orchard" not in nameless
    assert asked.with_names(nameless) == asked.text
    assert asked.without_names("All mine.") is None
    assert request(WATCH, BUDGETED, ZONE, NONE).without_names("All mine.") == "All mine."


def test_many_are_summed_up() -> None:
    many = Spending(tuple(Part(f"agent{number}", Decimal(1), 1, number // 9) for number in range(10)))
    assert text(WATCH, spending=many).endswith("- agent6: $1.00\n- 3 more: $3.00 + 1 unpriced\n")


def test_a_budget_that_is_over_says_so_and_by_how_much() -> None:
    said = text(OVER)
    assert "Over: $52.30" in said
    assert "Reason: The budget is used up, and resets only on 1 Dec." in said
    assert "chance" not in said
    assert reason_words(never(OVER), ZONE) == "The budget is used up, and does not reset."


def test_no_reason_is_made_up() -> None:
    assert "Reason" not in text(CALM)
    assert "Asked for" not in text(CALM)
    assert reason_words(NO_LIMIT, ZONE) == ""
    assert reason_words(never(WATCH), ZONE) == ""
    assert "Period: since 1 Nov 2026, as of Fri 20 Nov" in text(never(WATCH))


def test_the_reason_follows_the_forecast() -> None:
    forecast = ACT.forecast
    assert forecast is not None
    late = replace(ACT, forecast=replace(forecast, run_out_at=NOW + timedelta(days=10, hours=10, minutes=30)))
    assert reason_words(late, ZONE).endswith(", just before it resets.")
    unsure = replace(ACT, forecast=replace(forecast, run_out_at=None, run_out_probability=0.52))
    assert reason_words(unsure, ZONE) == "The chance is 5 in 10 that the budget is used up before it resets on 1 Dec."
    calm = replace(ACT, forecast=replace(forecast, run_out_at=None, run_out_probability=0.2))
    assert reason_words(calm, ZONE) == ""
    assert "Reason: Two of us are ill." in request(ACT, BUDGETED, ZONE, NONE, reason="Two of us are ill.").text


def test_a_gateways_budget_names_its_scope_and_no_budget_is_none() -> None:
    assert "Budget: $600 (my allocation, at ai.example.com)" in text(LINKED)
    assert "Budget: none (my own)" in text(NO_LIMIT)
    assert "Not in these figures: 12 requests without a price" in text(UNPRICED)


def test_without_any_budget_known_there_are_the_last_30_days() -> None:
    blank = replace(BLANK, last_30_days=Decimal("611.40"))
    assert "As of Fri 20 Nov 2026\nSpent in the last 30 days: $611.40" in text(blank)
    assert period_of(blank)[0] == NOW - timedelta(days=30)
    allocation = WATCH.meters[0].allocation
    assert period_of(WATCH) == (allocation.period_start, allocation.resets_at)


def test_a_mail_hides_nothing_in_its_address() -> None:
    asked = request(WATCH, BUDGETED, ZONE, NONE)
    url = mailto("a@b.example", asked, "One & two?\nThree")
    assert url == "mailto:a@b.example?subject=Request%20for%20more%20AI%20budget%3A%20November&body=One%20%26%20two%3F%0D%0AThree"
    assert mailto("", asked, "").startswith("mailto:?subject=")
