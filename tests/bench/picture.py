"""How long a snapshot takes on a ledger of 400 days, with pace, forecast, its score, spikes and a suggestion in it."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from context import Bench
from measure import Figure, claim, median, percentile

from tankful.core.batch import Batch, Checkpoint
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.settings import Settings
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.engine.carrying import pricer
from tankful.engine.reading import Reading
from tankful.system.paths import folders

DAYS, A_DAY, YOUNG = 400, 150, 200
"""Responses of a working day; those of the last twenty minutes, which are looked at anew each time."""
PICTURES = 200
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
SETTINGS = Settings(
    budget_usd=Decimal(4000),
    timezone="Europe/Berlin",
    in_house={"metacode-1": InHouse("MetaCode")},
    prices={"metacode-1": PriceOverride(Decimal("0.6"), Decimal("2.4"))},
)
_MODELS = {
    "claude-code": ("claude-sonnet-4-5", "claude-opus-4-1", "claude-haiku-4-5"),
    "codex": ("gpt-5.1-codex", "gpt-5.1"),
    "gemini-cli": ("gemini-2.5-pro", "gemini-2.5-flash"),
    "opencode": ("claude-sonnet-4-5", "brand-new-9"),
}


def picture(bench: Bench) -> list[Figure]:
    """Let somebody work for 400 days with four agents, look each day, and then time pictures while a response comes before each."""
    now = [NOW]
    reading = Reading(folders(bench.work / "picture"), SETTINGS, lambda: now[0], {"HOME": str(bench.work / "nobody")})
    reading.aware.shows_score = True  # as in the tray
    made = _Made()
    price = pricer(SETTINGS)
    days = max(40, round(DAYS * bench.scale))
    for back in range(days, 0, -1):
        now[0] = NOW - timedelta(days=back)
        reading.ledger.record([made.batch(made.day(now[0], A_DAY))], price)
        reading.scan()
        reading.snapshot()  # the forecast is noted, and what was spent is learned
    now[0] = NOW
    reading.ledger.record([made.batch(made.burst(NOW, YOUNG))], price)
    reading.keep_tidy()
    reading.snapshot()
    times: list[float] = []
    still: list[float] = []
    for _ in range(bench.times(PICTURES)):
        now[0] += timedelta(seconds=2)
        reading.ledger.record([made.batch(iter([made.event(now[0], dear=True)]))], price)
        times.append(_timed(reading))
        still.append(_timed(reading))
    last = reading.snapshot()
    found: list[float] = []
    begun = now[0] + timedelta(minutes=6)  # after a pause rules are asked, if this is no day on which nothing is suggested
    for day in range(14):
        now[0] = begun + timedelta(days=day)
        found.append(_timed(reading))
    suggested = reading.aware.nudges.memory.offers
    reading.close()
    note = f"{days} days, {made.number:,} responses, {last.score.forecasts if last.score else 0} forecasts held against what happened"
    return [
        claim("picture", "a spike is in it", holds=len(last.spikes) == 1),
        Figure("picture", "after a response, median", median(times), "ms", 20, note),
        Figure("picture", "after a response, p99", percentile(times, 0.99), "ms"),
        claim("picture", "something was suggested", holds=bool(suggested)),
        Figure("picture", "after a pause, with rules asked, largest", max(found), "ms"),
        Figure("picture", "with nothing new, median", median(still), "ms", 20),
    ]


def _timed(reading: Reading) -> float:
    begun = time.perf_counter()
    reading.snapshot()
    return 1000 * (time.perf_counter() - begun)


class _Made:
    """Made-up work, always the same."""

    def __init__(self) -> None:
        self.number = 0
        self._chance = random.Random(5)  # noqa: S311 - made-up work

    def event(self, at: datetime, *, dear: bool = False) -> UsageEvent:
        self.number += 1
        agent = self._chance.choice(tuple(_MODELS))
        model = "claude-opus-4-1" if dear else self._chance.choice(_MODELS[agent])
        tokens = TokenUsage(2_000, 900 if not dear else 9_000, 60_000 if not dear else 0, 4_000)
        session = f"{agent} {at:%Y-%m-%d} {at.hour // 2}"
        return UsageEvent(agent, (self.number,), at, tokens, model, session=session, project=f"/src/{(at.day + at.hour // 2) % 8}")

    def day(self, evening: datetime, count: int) -> Iterator[UsageEvent]:
        """Work from eight hours before on, less on free days."""
        many = count if evening.isoweekday() <= 5 else count // 8
        begun = evening - timedelta(hours=8)
        return (self.event(begun + timedelta(hours=8) * n / many) for n in range(many))

    def burst(self, until: datetime, count: int) -> Iterator[UsageEvent]:
        """Dear requests, one after the other, up to now."""
        return (self.event(until - timedelta(minutes=19) * (count - n) / count, dear=True) for n in range(count))

    def batch(self, events: Iterator[UsageEvent]) -> Batch:
        """All of it as if read from one file, with a prompt before every tenth response."""
        known = tuple(events)
        typed = () if len(known) == YOUNG else known[::10]  # nobody was there while the dear ones were made
        prompts = tuple(Prompt(each.agent, each.keys[0], each.at, each.session, each.project) for each in typed if len(known) > 1)
        mark = Checkpoint("/log", "made", 1, 2, 300, 4, 300, 5, passing_over=False, head=b"h", tail=b"t", fields=None)
        return Batch(mark, known, prompts, ())
