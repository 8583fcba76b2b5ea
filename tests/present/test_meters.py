"""Every word about a gateway's budgets."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pictured import LINKED, NOW, OFFLINE, WATCH, ZONE
from tankful.core.difference import Difference
from tankful.core.meter import Meter
from tankful.core.pace import Forecast
from tankful.core.snapshot import Snapshot
from tankful.present.bar import BarView
from tankful.present.meters import account_of, budget_bars, difference_words, gateway_line, left_words, pending_words, scope_words


def binding(snapshot: Snapshot) -> Meter:
    meter = snapshot.binding
    assert meter is not None
    return meter


def other(meter: Meter, **changed: object) -> Snapshot:
    """Return a picture with this meter, changed, beside the binding one."""
    allocation = replace(meter.allocation, **changed)  # pyright: ignore[reportArgumentType] - any field
    return replace(LINKED, meters=(LINKED.meters[0], replace(meter, allocation=allocation, binding=False)), accounts=())


def test_further_budgets_say_what_is_left_of_what_and_until_when() -> None:
    team, key, hours, week = budget_bars(LINKED, ZONE)
    assert team == BarView(
        "Team platform",
        "$1,878.40 left",
        float(Decimal("3121.60") / 5000),
        "of $5,000 · resets 1 Dec · +$3.20 not booked yet",
        "Likely $4,120 to $5,480; 3 in 10 that it runs out",
    )
    assert key.detail == ""
    assert key.note == "of $30 · resets 1 Dec · 2 requests without a price not booked yet"
    assert hours == BarView("claude-plan, 5 hours", "41% used", 0.41, "resets 16:02")
    assert week.note == "resets 23 Nov"


def test_a_budget_says_when_it_does_not_bind_is_being_reset_or_has_no_limit() -> None:
    team = LINKED.meters[1]
    assert budget_bars(other(team, enforced=False), ZONE)[0].note == "of $5,000 · resets 1 Dec · not enforced · +$3.20 not booked yet"
    assert budget_bars(other(team, resetting=True), ZONE)[0].note == "of $5,000 · being reset · +$3.20 not booked yet"
    earlier = budget_bars(other(team, as_of=NOW - timedelta(minutes=6)), ZONE)[0]
    assert earlier.note == "of $5,000 · resets 1 Dec · +$3.20 not booked yet · settled to 13:56"
    endless = budget_bars(other(team, limit=None, resets_at=None), ZONE)[0]
    assert (endless.figure, endless.share, endless.note) == ("$3,121.60 spent", 0.0, "no limit · +$3.20 not booked yet")


def test_a_further_budget_says_where_it_is_heading_while_that_says_anything() -> None:
    def detail(**changed: object) -> str:
        ahead = replace(_ahead(), **changed)  # pyright: ignore[reportArgumentType] - any field
        return budget_bars(replace(LINKED, prospects=(LINKED.prospects[0]._replace(forecast=ahead),)), ZONE)[0].detail

    assert detail(run_out_probability=0.03) == "Likely $4,120 to $5,480"
    dry = replace(_ahead(), dry_at=NOW + timedelta(days=4), safe_today=Decimal("80.55"))
    told = budget_bars(replace(LINKED, prospects=(LINKED.prospects[0]._replace(forecast=dry),)), ZONE)[0]
    assert told.detail == "Likely $4,120 to $5,480; 3 in 10 that it runs out"
    assert told.further == "If so, around Tue 24 Nov \N{MIDDLE DOT} $80 more is safe to spend today"
    assert detail(high=Decimal("4120.5")) == ""
    assert budget_bars(replace(other(LINKED.meters[1], limit=Decimal(3000)), accounts=()), ZONE)[0].detail == ""


def _ahead() -> Forecast:
    ahead = LINKED.prospects[0].forecast
    assert ahead is not None
    return ahead


def test_a_budget_says_how_its_owner_marks_it() -> None:
    team, plan = LINKED.meters[1], LINKED.accounts[1]
    assert budget_bars(other(team, severity="warning"), ZONE)[0].note.startswith("of $5,000 · resets 1 Dec · the gateway warns of it · +")
    assert plan.statement is not None
    said = replace(plan.statement, windows=(replace(plan.statement.windows[0], severity="critical"),))
    bars = budget_bars(replace(LINKED, accounts=(replace(plan, statement=said),), meters=()), ZONE)
    assert bars[0].note == "resets 16:02 · the gateway calls it critical"


def test_an_overspent_budget_says_by_how_much_and_its_bar_is_full() -> None:
    [bar] = budget_bars(other(LINKED.meters[1], limit=Decimal(3000)), ZONE)
    assert (bar.figure, bar.share) == ("$121.60 over", 1.0)


def test_a_window_that_never_resets_has_no_note() -> None:
    plan = LINKED.accounts[1]
    assert plan.statement is not None
    said = replace(plan.statement, windows=(replace(plan.statement.windows[0], resets_at=None),))
    assert budget_bars(replace(LINKED, accounts=(replace(plan, statement=said),), meters=()), ZONE)[0].note == ""


def test_a_budget_is_called_by_its_scope_and_its_account_where_there_are_several() -> None:
    assert scope_words(WATCH, binding(WATCH)) == "My own budget"
    assert scope_words(LINKED, LINKED.meters[0]) == "My allocation"
    second = replace(LINKED.meters[0], allocation=replace(LINKED.meters[0].allocation, account="other.example"))
    assert scope_words(replace(LINKED, meters=(*LINKED.meters, second)), second) == "My allocation · other.example"


def test_what_is_not_booked_yet_is_money_requests_or_nothing() -> None:
    meter = LINKED.meters[1]
    assert pending_words(replace(meter, pending=Decimal(0))) == ""
    assert pending_words(replace(meter, unpriced=1)) == "+$3.20 and 1 request without a price not booked yet"
    assert pending_words(replace(meter, perhaps=("mine", "spare"))) == "+$3.20 not booked yet, here or in mine or spare"
    assert left_words(meter) == "$1,878.40 left"


def test_the_gateways_word_has_an_age() -> None:
    assert gateway_line(WATCH, binding(WATCH), NOW, ZONE) == ""
    assert gateway_line(LINKED, None, NOW, ZONE) == ""
    assert gateway_line(LINKED, binding(LINKED), NOW, ZONE) == "Gateway: settled to 14:02"
    assert gateway_line(LINKED, binding(LINKED), NOW + timedelta(days=2), ZONE) == "Gateway: settled to 2 days ago"
    meter = binding(LINKED)
    older = replace(meter, allocation=replace(meter.allocation, as_of=NOW - timedelta(minutes=5)))
    assert gateway_line(LINKED, older, NOW, ZONE) == "Gateway: settled to 13:57"
    assert gateway_line(OFFLINE, binding(OFFLINE), NOW, ZONE) == "Gateway: last heard 23 min ago"


def test_a_difference_is_said_with_its_likely_reasons() -> None:
    assert difference_words(LINKED, binding(LINKED)) == ""
    said = "The gateway booked $18.30 more than this machine saw. Likely: another machine of yours; or a key that others use too."
    assert difference_words(OFFLINE, binding(OFFLINE)) == said
    less = replace(OFFLINE, accounts=(replace(OFFLINE.accounts[0], difference=Difference(Decimal("-1.50"), ())),))
    assert difference_words(less, binding(less)) == "The gateway booked $1.50 less than this machine saw."


def test_a_meter_belongs_to_its_account() -> None:
    assert account_of(LINKED, LINKED.meters[1]) is LINKED.accounts[0]
    assert account_of(WATCH, binding(WATCH)) is None
