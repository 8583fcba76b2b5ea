"""Writes a request for more: period, what was spent by agent and by project, where it is likely to end, and why; facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, Decimal
from urllib.parse import quote

from tankful.core.meter import PERSONAL, Meter
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.core.spending import Part, Spending
from tankful.core.tone import WATCH_FROM
from tankful.present import format as words
from tankful.present.meters import scope_words
from tankful.present.pace import band_words, chance_words
from tankful.present.period import period_name
from tankful.present.working import folder_name
from tankful.sources.registry import by_id

SHOWN = 8
"""Agents or projects that get a line of their own."""
_STEP = Decimal(10)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is first shown; `projects` is its part about projects, `nameless` what may stand there instead."""

    subject: str
    text: str
    projects: str
    nameless: str

    def with_names(self, text: str) -> str | None:
        """Return a text with the projects' names in it; `None` where that part was changed by hand."""
        return _swapped(text, self.nameless, self.projects)

    def without_names(self, text: str) -> str | None:
        """Return a text without the projects' names; `None` where that part was changed by hand."""
        return _swapped(text, self.projects, self.nameless)


def request(
    snapshot: Snapshot, settings: Settings, zone: tzinfo, spending: Spending, *, names: bool = True, reason: str | None = None
) -> Request:
    """Return the request for the budget that binds; `reason` stands in place of the one that the forecast gives."""
    meter = snapshot.binding
    subject = f"Request for more AI budget: {period_name(snapshot, settings, zone)}"
    projects, nameless = _projects(spending.projects), _nameless(spending.projects)
    why = reason_words(snapshot, zone) if reason is None else reason
    parts = [
        subject,
        "\n".join(_facts(snapshot, meter, zone)),
        f"Asked for: {asked}" if (asked := _asked(snapshot, meter)) else "",
        f"Reason: {why}" if why else "",
        _table("Spend by agent, on this machine and at list prices:", [(_agent(part.name), part) for part in spending.agents]),
        projects if names else nameless,
    ]
    return Request(subject, "\n\n".join(filter(None, parts)) + "\n", projects, nameless)


def period_of(snapshot: Snapshot) -> tuple[datetime, datetime]:
    """Return the stretch of time that a request is about: the whole binding period, else the last 30 days.

    What a clock that was set back dated later than now is in the budget's figure, and so in the sums.
    """
    meter, soon = snapshot.binding, snapshot.as_of + timedelta(minutes=15)
    if meter is None:
        return snapshot.as_of - timedelta(days=30), soon
    return meter.allocation.period_start, max(soon, meter.allocation.resets_at or soon)


def reason_words(snapshot: Snapshot, zone: tzinfo) -> str:
    """Return why more is needed, as far as the figures tell; empty where they do not."""
    meter, forecast = snapshot.binding, snapshot.forecast
    if meter is None or meter.used_share is None:
        return ""
    resets = meter.allocation.resets_at
    reset = "" if resets is None else words.short_day(resets.astimezone(zone).date())
    if meter.used_share >= 1:
        return "The budget is used up" + (f", and resets only on {reset}." if reset else ", and does not reset.")
    if forecast is None or resets is None:
        return ""
    if forecast.run_out_at is not None:
        day = forecast.run_out_at.astimezone(zone).date()
        early = (resets.astimezone(zone).date() - day).days
        before = f"{words.counted(early, 'day')} before it resets on {reset}" if early > 0 else "just before it resets"
        return f"At this rate the budget is used up on {words.day(day)}, {before}."
    if forecast.run_out_probability >= WATCH_FROM:
        return f"The chance is {chance_words(forecast.run_out_probability)} that the budget is used up before it resets on {reset}."
    return ""


def mailto(address: str, asked: Request, text: str) -> str:
    """Return what a mail program is opened with (RFC 6068); without an address the user fills it in there."""
    lines = "\r\n".join(text.splitlines())
    return f"mailto:{quote(address, safe='@')}?subject={quote(asked.subject, safe='')}&body={quote(lines, safe='')}"


def _facts(snapshot: Snapshot, meter: Meter | None, zone: tzinfo) -> list[str]:
    today = snapshot.as_of.astimezone(zone).date()
    if meter is None:
        return [f"As of {words.day(today)} {today.year}", f"Spent in the last 30 days: {words.money(snapshot.last_30_days)}"]
    allocation = meter.allocation
    first = allocation.period_start.astimezone(zone).date()
    lines = [f"Period: since {words.short_day(first)} {first.year}, as of {words.day(today)}"]
    if allocation.resets_at is not None:
        last = (allocation.resets_at - timedelta(minutes=1)).astimezone(zone).date()
        lines = [f"Period: {words.short_day(first)} to {words.short_day(last)} {last.year}, as of {words.day(today)}"]
    scope = scope_words(snapshot, meter)
    whose = "my own" if allocation.account == PERSONAL else f"{scope[:1].lower()}{scope[1:]}, at {allocation.account}"
    limit = "none" if allocation.limit is None else words.round_money(allocation.limit)
    lines.append(f"Budget: {limit} ({whose})")
    share = "" if meter.used_share is None else f", {words.percent(meter.used_share)}"
    lines.append(f"Spent: {words.money(meter.spent)}{share}")
    if meter.headroom is not None:
        lines.append(f"Left: {words.money(meter.headroom)}" if meter.headroom >= 0 else f"Over: {words.money(-meter.headroom)}")
    if snapshot.unpriced_requests:
        lines.append(f"Not in these figures: {words.counted(snapshot.unpriced_requests, 'request')} without a price")
    if snapshot.forecast is not None:
        chance = ""
        if allocation.limit is not None and meter.used_share is not None and meter.used_share < 1:
            chance = f"; chance that it runs out before: {chance_words(snapshot.forecast.run_out_probability)}"
        lines.append(f"Forecast: {band_words(snapshot.forecast)} by the end of the period (8 times in 10){chance}")
    return lines


def _asked(snapshot: Snapshot, meter: Meter | None) -> str:
    """Return how much more would cover what is likely, in whole tens; empty where it is covered."""
    limit = None if meter is None else meter.allocation.limit
    if limit is None or snapshot.forecast is None or snapshot.forecast.likely <= limit:
        return ""
    more = ((snapshot.forecast.likely - limit) / _STEP).to_integral_value(ROUND_CEILING) * _STEP
    likely = words.round_money(snapshot.forecast.likely.quantize(Decimal(1)))
    return f"{words.round_money(more)} more, which covers the likely spend of {likely}"


def _projects(parts: Sequence[Part]) -> str:
    return _table("Spend by project:", [(folder_name(part.name) or "no folder known", part) for part in parts])


def _nameless(parts: Sequence[Part]) -> str:
    return _table("Spend by project, without names:", [(f"project {number}", part) for number, part in enumerate(parts, 1)])


def _table(title: str, rows: Sequence[tuple[str, Part]]) -> str:
    """Return lines of names and costs, the smaller ones together where there are many; empty without any."""
    shown = [(name, words.spend(part.cost, part.unpriced_requests)) for name, part in rows]
    if len(rows) > SHOWN:
        rest = [part for _, part in rows[SHOWN - 1 :]]
        cost, unpriced = sum((part.cost for part in rest), Decimal(0)), sum(part.unpriced_requests for part in rest)
        shown = [*shown[: SHOWN - 1], (f"{len(rest)} more", words.spend(cost, unpriced))]
    return "\n".join([title, *(f"- {name}: {spent}" for name, spent in shown)]) if rows else ""


def _agent(agent: str) -> str:
    source = by_id(agent)
    return agent if source is None else source.title


def _swapped(text: str, old: str, new: str) -> str | None:
    if not old or text.count(old) != 1:
        return text if not old else None
    return text.replace(old, new)
