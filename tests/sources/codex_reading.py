"""Reads Codex logs for the tests as the program does: folder by folder, each request once."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources import codex_source
from tankful.sources.source import FileTimes, Findings, Log, Places, Root

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = FileTimes(modified=datetime(2026, 11, 20, 11, tzinfo=UTC), now=NOW)


def places(home: Path, environ: Mapping[str, str] | None = None, *extra: Path) -> Places:
    return Places(home, environ or {}, "linux", {"codex": extra} if extra else {})


def files_below(folder: Path) -> list[str]:
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)  # noqa: PTH118 - a plain path is what a walk gives


def logs_of(roots: Iterable[Root]) -> list[str]:
    return [path for root in roots for path in codex_source.SOURCE.logs(root, files_below(root.path))]


def read_lines(lines: Sequence[bytes], path: str = "rollout.jsonl", *cuts: int, times: FileTimes = TIMES, route: str = "") -> Findings:
    """Read lines in one go, or in several with a new parser after each cut."""
    found = Findings()
    fields: bytes | None = None
    edges = [0, *cuts, len(lines)]
    for start, end in pairwise(edges):
        parser = codex_source.SOURCE.parser(Log("codex", path, route), fields)
        parser.read(lines[start:end], start + 1, times, found)
        fields = parser.fields()
    return found


def read_log(path: str) -> Findings:
    return read_lines(Path(path).read_bytes().splitlines(), path)


@dataclass
class Books:
    """A ledger of nothing but identities: events that share any key are one."""

    booked: list[UsageEvent] = field(default_factory=list[UsageEvent])

    def book(self, events: Iterable[UsageEvent]) -> None:
        for event in events:
            keys = set(event.keys)
            same = [each for each in self.booked if keys & set(each.keys)]
            whole = event
            if same:
                whole = same[0]
                for other in (*same[1:], event):
                    whole = whole.merged(other)
            self.booked = [each for each in self.booked if each not in same] + [whole]

    def close(self) -> list[UsageEvent]:
        """Return what counts: by-products give way to a session's own records."""
        own = {event.session for event in self.booked if not event.second_hand}
        return [event for event in self.booked if not event.second_hand or event.session not in own]


def book(*findings: Findings) -> list[UsageEvent]:
    books = Books()
    for found in findings:
        books.book(found.events)
    return books.close()


def tokens(events: Iterable[UsageEvent]) -> TokenUsage:
    return sum((event.tokens for event in events), TokenUsage())
