"""Reads the records of agents for the tests as the program does: place by place, each response once, each sum as it grew."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import cast

from tankful.core.parsing import Form, form_of
from tankful.core.problems import Flaw
from tankful.core.totals import Counted, growth
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.source import AgentSource, DocumentParser, FileTimes, Findings, LineParser, Log, Places
from tankful.sources.way import written

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = FileTimes(modified=datetime(2026, 11, 20, 11, tzinfo=UTC), now=NOW)
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "fixtures"


def machine(home: Path, environ: Mapping[str, str] | None = None, platform: str = "linux", **extra: Path) -> Places:
    """A machine; further folders by source id, with `_` for `-`."""
    return Places(home, environ or {}, platform, {name.replace("_", "-"): (folder,) for name, folder in extra.items()})


def found_at(source: AgentSource, places: Places) -> list[tuple[str, str]]:
    """Return the roots as text, relative to home where they are below it."""
    return [(os.path.relpath(root.path, places.home), root.origin) for root in source.roots(places)]


def logs_of(source: AgentSource, places: Places) -> list[Log]:
    found: list[Log] = []
    for root in source.roots(places):
        below = [os.path.join(at, name) for at, _, names in os.walk(root.path) for name in names]  # noqa: PTH118 - plain paths, as of a walk
        paths = sorted(path for path in below if path.endswith(source.suffixes))
        found += (
            Log(source.id, path, written(source.route(places, root), source.addresses(places, root))) for path in source.logs(root, paths)
        )
    return found


def read(source: AgentSource, log: Log, content: bytes | None = None, *cuts: int, times: FileTimes = TIMES) -> Findings:
    """Read a record in one go, or lines in several with a new parser after each cut."""
    found = Findings()
    whole = Path(log.path).read_bytes() if content is None else content
    if form_of(log.path) is Form.DOCUMENT:
        cast("DocumentParser", source.parser(log, None)).read_document(whole, times, found)
        return found
    lines, fields = whole.splitlines(), None
    for start, end in pairwise([0, *cuts, len(lines)]):
        parser = cast("LineParser", source.parser(log, fields))
        parser.read(lines[start:end], start + 1, times, found)
        fields = parser.fields()
    return found


def read_lines(source: AgentSource, path: str, *lines: str, route: str = "") -> Findings:
    return read(source, Log(source.id, path, route), "\n".join(lines).encode())


def read_all(source: AgentSource, places: Places) -> list[Findings]:
    return [read(source, log) for log in logs_of(source, places)]


def book(*findings: Findings) -> list[UsageEvent]:
    """Book as the ledger does, in short: what shares a key is one, an echo yields to its original, a sum is what grew."""
    booked: list[UsageEvent] = []
    counted: dict[str, Counted] = {}
    for found in findings:
        for event in found.events:
            same = [each for each in booked if set(each.keys) & set(event.keys)]
            whole = same[0].merged(event) if same else event
            booked = [each for each in booked if each not in same] + [whole]
        for total in found.totals:
            grown = growth(total, counted.get(total.counter, Counted()), NOW)
            counted[total.counter] = grown.counted
            booked += grown.events
    own = {event.echo_key for event in booked if not event.echo}
    return sorted((event for event in booked if not event.echo or event.echo_key not in own), key=lambda event: event.at)


def tokens(events: Iterable[UsageEvent]) -> TokenUsage:
    return sum((event.tokens for event in events), TokenUsage())


def flaws(*findings: Findings) -> list[Flaw]:
    return [problem.flaw for found in findings for problem in found.problems]


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path
