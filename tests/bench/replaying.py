"""How fast `tankful replay` lives through a file of events again."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from context import Bench
from measure import Figure, claim, median, run, surroundings, tankful

EVENTS = 400_000
DAYS = 80
FIRST = date(2026, 6, 1)
RUNS = 5
LIMIT = 1_000
AT_LEAST = 50_000
"""Events per second, the start of the program and the reading of the file included."""


def replaying(bench: Bench) -> list[Figure]:
    """Let it replay the days of a busy person; what it says of each day has to be the sum of that month's events."""
    count = bench.size(EVENTS)
    file = bench.work / "events.jsonl"
    spent = _write(file, count)
    environ = surroundings(bench.work / "home", bench.work / "no-claude")
    words = (
        "replay",
        "--events",
        str(file),
        "--limit",
        str(bench.size(LIMIT)),
        "--timezone",
        "UTC",
        "--json",
        "--data",
        str(bench.new_data("replay")),
    )
    runs = [run(tankful(*words), environ) for _ in range(bench.times(RUNS))]
    said = [json.loads(each.output) for each in runs]
    told = {forecast["at"][:10]: Decimal(forecast["spent_usd"]) for forecast in said[0]["forecasts"]}
    wall_s = median([each.wall_s for each in runs])
    note = f"{count / wall_s:,.0f} events/s; {len(said[0]['spikes'])} spikes, {len(said[0]['notices'])} notices in {DAYS} days"
    return [
        claim("replay", "every day's spend is the sum of its events", holds=told == spent and all(each == said[0] for each in said)),
        claim("replay", "the budget that ran out was told", holds=bool(said[0]["notices"])),
        Figure("replay", f"{AT_LEAST:,} events", wall_s / count * AT_LEAST, "s", 1, note),
    ]


def _write(file: Path, count: int) -> dict[str, Decimal]:
    """Write the events of some busy months; return what was spent of each month by the end of each of its days."""
    chances = random.Random(8)  # noqa: S311 - the same events every time
    spent: dict[str, Decimal] = {}
    month, so_far = 0, Decimal(0)
    with file.open("w", encoding="utf-8") as lines:
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            if day.month != month:
                month, so_far = day.month, Decimal(0)
            morning = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
            for at_s in sorted(chances.random() * 36_000 for _ in range(count // DAYS)):
                cost = Decimal(int(chances.lognormvariate(4, 1.2))) / 10_000
                so_far += cost
                session = chances.randrange(6)
                event = {
                    "t": (morning + timedelta(seconds=at_s)).isoformat(timespec="milliseconds"),
                    "cost_usd": str(cost),
                    "agent": "claude-code" if session < 4 else "codex",
                    "session": f"{day}-{session}",
                    "project": f"project-{session % 3}",
                    "model": "claude-opus-4-8" if session < 4 else "gpt-5.5",
                    "prompt": chances.random() < 0.02,
                }
                lines.write(json.dumps(event) + "\n")
            spent[day.isoformat()] = so_far
    return spent
