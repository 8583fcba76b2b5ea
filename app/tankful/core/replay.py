"""Lives through spend again with a simulated clock, with the very parts that the live program has."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from math import inf
from typing import NamedTuple

from tankful.core.channels import BIN_S
from tankful.core.choices import Period
from tankful.core.notices import BudgetFact, Manners, Notice, NoticeBook
from tankful.core.outlook import Outlook
from tankful.core.pace import Forecast, foreseen
from tankful.core.periods import Span, midnight, period_at
from tankful.core.spike import Spend, Spike
from tankful.core.spikes import SpikeWatch

_HISTORY_DAYS = 84
_ASLEEP_DAYS = 400
"""After a longer pause not every day is foreseen."""


class DayForecast(NamedTuple):
    """What was foreseen at the end of a day."""

    at: datetime
    spent: Decimal
    forecast: Forecast


class Replayed(NamedTuple):
    """All that would have been said."""

    spikes: tuple[Spike, ...]
    """As they were in the end."""
    notices: tuple[Notice, ...]
    forecasts: tuple[DayForecast, ...]


class Replay:
    """Show it all spend in order of time; what lies before `since` only teaches."""

    def __init__(
        self,
        zone: tzinfo,
        limit: Decimal | None,
        period: Period = Period.MONTH,
        start_day: int = 1,
        *,
        manners: Manners | None = None,
        working_days: frozenset[int] | None = None,
        since: datetime | None = None,
    ) -> None:
        """Begin with nothing known; `working_days` are those of the forecast, where they are not the days for notices."""
        manners = manners or Manners()
        self._zone, self._limit, self._period, self._start_day = zone, limit, period, start_day
        self._working_days, self._morning = working_days or manners.working_days, timedelta(hours=manners.quiet_to_h)
        self._since = since
        self._watch = SpikeWatch(lambda at_s: self._night_after(datetime.fromtimestamp(at_s, UTC)).timestamp())
        self._book = NoticeBook(zone, manners)
        self._days: dict[date, Decimal] = {}
        self._today = date.min
        self._span = Span(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
        self._outlook: Outlook | None = None
        self._spent = self._spent_today = Decimal(0)
        self._now_s = self._looked_s = self._night_s = -inf
        self._spikes: list[Spike] = []
        self._notices: list[Notice] = []
        self._forecasts: list[DayForecast] = []

    def live(self, spends: Iterable[tuple[Spend, Decimal]]) -> Replayed:
        """Live through all of it: each response with its exact dollars; a time before the last one counts as that."""
        see = self._watch.see
        for spend, cost in spends:
            at_s = max(spend.at_s, self._now_s)
            if at_s >= self._night_s:
                self._pass_nights(at_s)
            self._now_s = at_s
            if at_s - self._looked_s >= BIN_S:
                self._look(at_s)
            self._spent_today += cost
            noticed = see(spend)
            if noticed is not None:
                self._spikes.append(noticed)
                self._look(at_s)
        if self._outlook is not None:
            self._look(self._now_s)
            self._foresee()
        since = self._since
        spikes = (spike for spike in self._spikes if since is None or spike.at >= since)
        return Replayed(tuple(spikes), tuple(self._notices), tuple(self._forecasts))

    def _pass_nights(self, at_s: float) -> None:
        """Close the days that are over, and begin the one that this time lies in."""
        day = datetime.fromtimestamp(at_s, UTC).astimezone(self._zone).date()
        if self._outlook is None or (day - self._today).days > _ASLEEP_DAYS:
            self._begin(day)
            return
        while at_s >= self._night_s:
            self._look(self._night_s - 1)
            self._foresee()
            self._begin(self._today + timedelta(days=1))
            morning_s = (midnight(self._today, self._zone) + self._morning).timestamp()
            if morning_s < at_s:
                self._look(morning_s)

    def _begin(self, day: date) -> None:
        self._days[self._today] = self._days.get(self._today, Decimal(0)) + self._spent_today
        self._spent += self._spent_today
        self._spent_today = Decimal(0)
        self._today = day
        begins = midnight(day, self._zone)
        self._night_s = self._night_after(begins).timestamp()
        if begins >= self._span.end:
            self._span = period_at(begins, self._period, self._start_day, self._zone)
            first = self._span.start.astimezone(self._zone).date()
            past = [(when, cost) for when, cost in self._days.items() if first - timedelta(days=_HISTORY_DAYS) <= when < first]
            self._days = dict(past) | {when: cost for when, cost in self._days.items() if when >= first}
            self._spent = sum((cost for when, cost in self._days.items() if when >= first), Decimal(0))
            self._outlook = Outlook(self._span.start, self._span.end, self._zone, self._working_days, past)

    def _night_after(self, at: datetime) -> datetime:
        return midnight(at.astimezone(self._zone).date() + timedelta(days=1), self._zone)

    def _look(self, at_s: float) -> None:
        """Ask what is to be said now."""
        self._looked_s = at_s
        now = datetime.fromtimestamp(at_s, UTC)
        spike = self._watch.spike(at_s)
        if spike is not None and self._spikes and self._spikes[-1].at == spike.at:
            self._spikes[-1] = spike
        if self._outlook is None or (self._since is not None and now < self._since):
            return
        spent = self._spent + self._spent_today
        ahead = Forecast(*self._outlook.ahead(spent, self._limit, now))
        fact = BudgetFact("personal", self._limit, spent, self._span.start, self._span.end, ahead)
        said = self._book.decide(now, (fact,), () if spike is None else (spike,))
        self._notices += (notice for notice in said.notices if notice.is_shown)

    def _foresee(self) -> None:
        """Keep what is foreseen at the end of today."""
        at = datetime.fromtimestamp(self._night_s - 1, UTC)
        if self._outlook is not None and (self._since is None or at >= self._since):
            spent = self._spent + self._spent_today
            self._forecasts.append(DayForecast(at, spent, foreseen(self._outlook, spent, self._limit, at, self._zone)))
