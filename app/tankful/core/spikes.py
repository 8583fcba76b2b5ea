"""Watches spend go by and says when it is a spike: one at a time, from when it is noticed until it is over."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import exp, inf, isfinite
from typing import NamedTuple

from tankful.core.channels import Price, Run, Unattended, Volume
from tankful.core.fading import ActiveDays, faded
from tankful.core.spike import Cause, Channel, Evidence, Spend, Spike, SpikeState

ENDS_AFTER_S = 1800
"""A spike is over when nothing has spoken for it for so long."""
ARMED_AFTER_S = 7200
"""What speaks for a spike within this time belongs to the last one."""
EXPECTED_S = 14 * 86_400
_EXPECTED_FACTOR = 1.5
_NEW_USUAL_S = 86_400
"""What goes on for longer is no spike but what is usual from now on."""
_DAYS_LEAST, _LEARNED_DAYS = 3, 14
_LEARNING_FACTOR = 2.0
_HOUR_BINS, _DAY_BINS = 6, 144
_MANY_SESSIONS = 3
_TYPING_DAYS = 28
_FORGOTTEN_S = 1800
_RARE_MODEL = 0.05
_COLD = 0.25
"""By so much of the input the cached share must have fallen to be a cause."""


class Tolerance(NamedTuple):
    """How many times as much it takes to be a spike, by channel."""

    volume: float = 1.0
    price: float = 1.0
    unattended: float = 1.0

    def of(self, channel: Channel) -> float:
        """Return that of one channel."""
        return self.price if channel is Channel.PRICE else self.volume if channel is Channel.VOLUME else self.unattended


_NOTHING_TOLERATED = Tolerance()


class Limits(NamedTuple):
    """Where unusual begins: measured constants, which an organisation may raise."""

    volume: float = 8.0
    """Widths above the usual ten minutes, added up."""
    price: float = 2.9
    """Widths above the usual request."""
    unattended: float = 1.8
    """Times the most that is usual between two prompts."""
    hour: float = 1.0
    """Dollars of an hour that are worth a word at all ..."""
    hour_share: float = 0.15
    """... and their share of a usual active day; or:"""
    day: float = 3.0
    day_share: float = 1.6
    """The same of the last 24 hours."""
    excess: float = 1.5
    excess_share: float = 0.25
    """And so much of it must be beyond the usual."""


class Active(NamedTuple):
    """A session at work: when it last spent, its dollars of the last half hour or so, and what it is."""

    at_s: float
    dollars: float
    agent: str
    project: str
    model: str


class Seen(NamedTuple):
    """A spike when it was noticed, and what it is counted from."""

    at_s: float
    start_s: float
    channel: Channel
    cause: Cause
    evidence: Evidence
    agent: str
    session: str
    project: str
    model: str
    learning: bool
    each: float
    """Dollars that are usual for every further request, or every further ten minutes."""


class SpikeWatch:
    """Show it what was spent, in order; `spike` is the last one it saw, running or ended."""

    def __init__(self, midnight_after: Callable[[float], float], limits: Limits | None = None) -> None:
        """Know nothing yet; `midnight_after` says when a day ends, in seconds since 1970, as its argument is."""
        limits = limits or Limits()
        self.limits = limits
        self._midnight_after = midnight_after
        self.volume = Volume(limits.volume)
        self.price = Price(limits.price)
        self.unattended = Unattended(limits.unattended)
        self.days = ActiveDays()
        self.now_s = self.midnight_s = -inf
        self.bins: deque[list[float]] = deque()
        """Number and dollars of the bins of the last 24 hours."""
        self.sessions: dict[str, Active] = {}
        self.models: dict[str, float] = {}
        """Dollars by model, fading."""
        self.cached, self.cached_usually = 0.0, -1.0
        """Share of input from caches over some ten requests, and over some hundreds; below 0: not known."""
        self.tolerated: dict[tuple[str, str], float] = {}
        """Until when spikes of a channel in a project were said to be expected."""
        self.seen: Seen | None = None
        self.actual = self.usual = 0.0
        self.ended_s: float | None = None
        """When the spike that was seen ended; `None`: it is running."""
        self.is_expected = False
        """The user said so of the spike that was seen: it does not go on, however much it grows."""
        self.hot_s = -inf
        """When something last spoke for a spike."""
        self._run: Run | None = None
        """What a spike of `UNATTENDED` grows by."""
        self._bin = -1
        """The ten minutes that a spike of `VOLUME` was counted up to."""

    def see(self, spend: Spend) -> Spike | None:
        """Take in one response and return the spike that it gave away, if it did; a time before the last one counts as that."""
        at_s, cost, agent, session, project, model, prompted, cached = spend
        at_s = max(at_s, self.now_s)
        if at_s >= self.midnight_s:
            self._begin_day(at_s)
        self.now_s = at_s
        if not cost > 0 or not isfinite(cost):
            cost = 0.0
        run = self.unattended.add(at_s, cost, agent, session, project, prompted=prompted)
        if self.seen is not None and self.ended_s is None:
            self._go_on(self.seen, at_s, cost, run, prompted=prompted)
        if cost == 0:
            return None
        volume = self.volume
        volume.add(at_s, cost)
        is_dear = self.price.add(at_s, cost, model)
        self.days.today += cost
        self.models[model] = self.models.get(model, 0.0) + cost
        if cached is not None:
            self._note_cached(cached)
        bins = self.bins
        if bins and bins[-1][0] == volume.bin:
            bins[-1][1] += cost
        else:
            bins.append([volume.bin, cost])
            while bins[0][0] <= volume.bin - _DAY_BINS:
                bins.popleft()
        before = self.sessions.get(session)
        dollars = cost if before is None else cost + before[1] * exp((before[0] - at_s) / _FORGOTTEN_S)
        self.sessions[session] = Active(at_s, dollars, agent, project, model)
        if is_dear or volume.dollars > volume.alarm or run.dollars > self.unattended.alarm:
            return self._judge(at_s, run, spend)
        return None

    def spike(self, now_s: float) -> Spike | None:
        """Return the last spike as it stands at this time."""
        if self.seen is None:
            return None
        if self.ended_s is None and now_s - self.hot_s > ENDS_AFTER_S:
            self.ended_s = self.hot_s
        seen = self.seen
        return Spike(
            at=_moment(seen.at_s),
            start=_moment(seen.start_s),
            channel=seen.channel,
            cause=seen.cause,
            evidence=seen.evidence,
            agent=seen.agent,
            session=seen.session,
            project=seen.project,
            model=seen.model,
            actual=_money(self.actual),
            expected=_money(self.usual),
            state=SpikeState.RUNNING if self.ended_s is None else SpikeState.ENDED,
            ended=None if self.ended_s is None else _moment(self.ended_s),
            learning=seen.learning,
        )

    def grows_by(self) -> tuple[str, ...]:
        """Return the key of the run that the spike is about, empty without one, for whoever keeps it."""
        return next((key for key, run in self.unattended.runs.items() if run is self._run), ())

    def grow_by(self, key: Sequence[str]) -> None:
        """Let the spike that is running grow by this run, as `grows_by` said."""
        self._run = next((run for mine, run in self.unattended.runs.items() if list(mine) == list(key)), None)
        self._bin = self.volume.bin

    def expect(self, channel: Channel, project: str, now_s: float) -> None:
        """Take it from the user that such spend is expected in this project: for two weeks it takes more to be a spike."""
        self.tolerated[channel.value, project] = now_s + EXPECTED_S
        if self.seen is not None and self.ended_s is None and (self.seen.channel, self.seen.project) == (channel, project):
            self.ended_s, self.is_expected = now_s, True

    def _begin_day(self, at_s: float) -> None:
        """Close the days that are over: what was usual until last midnight is what this one is held against."""
        if self.midnight_s > -inf:
            days = 1 + int((at_s - self.midnight_s) // 86_400)
            self.unattended.sweep(at_s)
            for each in (self.price, self.unattended.usual, self.days):
                each.close_day(days)
            self.unattended.renew()
            fade = faded(days)
            oldest = int(at_s // 86_400) - _TYPING_DAYS
            self.unattended.typing = {agent: day for agent, day in self.unattended.typing.items() if day >= oldest}
            self.models = {model: cost * fade for model, cost in self.models.items() if cost * fade > 1e-6}
            self.sessions = {name: each for name, each in self.sessions.items() if at_s - each.at_s < ARMED_AFTER_S}
            self.tolerated = {what: until for what, until in self.tolerated.items() if until > at_s}
        self.midnight_s = self._midnight_after(at_s)

    def _note_cached(self, share: float) -> None:
        if self.cached_usually < 0:
            self.cached = self.cached_usually = share
        self.cached += 0.1 * (share - self.cached)
        self.cached_usually += 0.003 * (share - self.cached_usually)

    def _go_on(self, seen: Seen, at_s: float, cost: float, run: Run, *, prompted: bool) -> None:
        """Let the spike grow by what it is made of, or end."""
        if at_s - self.hot_s > ENDS_AFTER_S:
            self.ended_s = self.hot_s
        elif at_s - seen.at_s > _NEW_USUAL_S:
            self.ended_s = at_s
        elif seen.channel is Channel.UNATTENDED:
            if run is self._run:
                self.actual = run.dollars
            elif prompted and self._run not in self.unattended.runs.values():
                self.ended_s = at_s  # somebody is back
        elif cost > 0:
            self.actual += cost
            number = int(at_s // 600)
            if seen.channel is Channel.PRICE or number != self._bin:
                self.usual += seen.each
                self._bin = number

    def _judge(self, at_s: float, run: Run, spend: Spend) -> Spike | None:
        """Decide on a moment at which a channel spoke."""
        tolerance = _NOTHING_TOLERATED
        if self.tolerated:
            _, dearest, _ = self._dearest(at_s)
            volume = self._tolerance(Channel.VOLUME, dearest.project, at_s)
            tolerance = Tolerance(volume, *(self._tolerance(each, spend.project, at_s) for each in (Channel.PRICE, Channel.UNATTENDED)))
        channel = self._channel(run, spend, tolerance)
        if channel is None or not self._is_material(self._excess(channel, run) / tolerance.of(channel)):
            return None
        if self.seen is None or not self._belongs(self.seen, channel, spend.project, at_s):
            self.hot_s = at_s
            self._notice(channel, at_s, run, spend)
            return self.spike(at_s)
        return None

    def _belongs(self, seen: Seen, channel: Channel, project: str, at_s: float) -> bool:
        """Say whether what speaks for a spike now belongs to the last one.

        That goes on by its own channel, unless it became usual or was expected; something else elsewhere is none of what was expected.
        """
        if self.ended_s is None:
            self.hot_s = at_s
            return True
        if at_s - self.hot_s > ARMED_AFTER_S:
            return False
        if channel is seen.channel:
            self.hot_s = at_s
            if at_s - seen.at_s <= _NEW_USUAL_S and not self.is_expected:
                self.ended_s = None
        elif self.is_expected and project != seen.project:
            return False
        return True

    def _tolerance(self, channel: Channel, project: str, at_s: float) -> float:
        return _EXPECTED_FACTOR if self.tolerated.get((channel.value, project), 0.0) > at_s else 1.0

    def _dearest(self, at_s: float) -> tuple[str, Active, int]:
        """Return which session at work spent most lately, and how many are at work."""
        at_work = {name: each for name, each in self.sessions.items() if at_s - each.at_s <= 600}
        session = max(at_work, key=lambda name: at_work[name].dollars)
        return session, at_work[session], len(at_work)

    def _channel(self, run: Run, spend: Spend, tolerance: Tolerance) -> Channel | None:
        """Return the channel that speaks for a spike, also where more is expected; the one that says most, first."""
        unattended, price, volume = self.unattended, self.price, self.volume
        if spend.agent in unattended.typing and run.dollars > unattended.alarm * tolerance.unattended:
            return Channel.UNATTENDED
        if price.score > price.threshold * tolerance.price:
            return Channel.PRICE
        return Channel.VOLUME if volume.standing() > volume.threshold * tolerance.volume else None

    def _excess(self, channel: Channel, run: Run) -> float:
        """Return the dollars beyond the usual so far."""
        if channel is Channel.UNATTENDED:
            return run.dollars - self.unattended.most
        if channel is Channel.PRICE:
            return self._hour() * (1 - 1 / self.price.factor)
        volume = self.volume
        return volume.since_dollars + volume.dollars - volume.usual * (volume.since_bins + 1)

    def _hour(self) -> float:
        oldest, hour = self.bins[-1][0] - _HOUR_BINS, 0.0
        for number, dollars in reversed(self.bins):
            if number < oldest:
                break
            hour += dollars
        return hour

    def _is_material(self, excess: float) -> bool:
        """Say whether it is about enough money, and enough is known to say what is unusual."""
        days, limits = self.days, self.limits
        if days.seen < _DAYS_LEAST:
            return False
        learning = _LEARNING_FACTOR if days.seen < _LEARNED_DAYS else 1.0
        if excess < learning * max(limits.excess, limits.excess_share * days.average):
            return False
        hour = self._hour()
        if hour >= learning * max(limits.hour, limits.hour_share * days.average):
            return True
        return sum(dollars for _, dollars in self.bins) >= learning * max(limits.day, limits.day_share * days.average)

    def _notice(self, channel: Channel, at_s: float, run: Run, spend: Spend) -> None:
        """Begin a spike."""
        volume, price = self.volume, self.price
        session, of = spend.session, self.sessions[spend.session]
        self._run, self._bin = run, volume.bin
        if channel is Channel.UNATTENDED:
            start_s, self.actual, self.usual, each = run.start_s, run.dollars, self.unattended.most, 0.0
            cause, evidence = Cause.NOBODY_TYPED, Evidence(run.dollars / self.unattended.most)
        elif channel is Channel.PRICE:
            each = sum(cost for _, cost, _, _ in price.last) / len(price.last) / price.factor
            start_s, self.actual, self.usual = price.last[0][0], sum(cost for _, cost, _, _ in price.last), each * len(price.last)
            cause, evidence = self._why_dear(of.model)
        else:
            each = volume.usual
            start_s, self.actual, self.usual = volume.since_s, volume.since_dollars + volume.dollars, each * (volume.since_bins + 1)
            session, of, at_work = self._dearest(at_s)
            cause = Cause.MANY_SESSIONS if at_work >= _MANY_SESSIONS else Cause.MANY_REQUESTS
            evidence = Evidence(volume.factor, sessions=at_work)
            if price.looks_dear():
                cause, evidence = self._why_dear(of.model)
        learning = self.days.seen < _LEARNED_DAYS
        self.seen = Seen(at_s, start_s, channel, cause, evidence, of.agent, session, of.project, of.model, learning, each)
        self.ended_s, self.is_expected = None, False

    def _why_dear(self, model: str) -> tuple[Cause, Evidence]:
        factor, whole = self.price.factor, sum(self.models.values())
        usually = max(self.models, key=lambda name: self.models[name])
        fallen = self.cached_usually - self.cached
        if fallen > _COLD:
            return Cause.COLD_CACHE, Evidence(factor, now=self.cached, before=self.cached_usually)
        today = sum(dollars for number, dollars in self.bins if number > self.bins[-1][0] - _DAY_BINS // 2)
        if model != usually and model not in self.price.middles and self.models[model] - today < _RARE_MODEL * whole:
            return Cause.DEARER_MODEL, Evidence(factor, usually)
        return Cause.DEARER_REQUESTS, Evidence(factor)


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def _money(dollars: float) -> Decimal:
    return Decimal(f"{dollars:.6f}")
