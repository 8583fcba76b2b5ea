"""Reads agents' databases and documents for the tests as the program does: found below roots, opened read-only, each response once."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from tankful.core.parsing import DocumentParser, Form, LineParser, StoreParser, StoreUnreadable, form_of
from tankful.core.problems import Flaw
from tankful.core.totals import Counted, growth
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.source import AgentSource, FileTimes, Findings, Log, Places

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = FileTimes(modified=datetime(2026, 11, 20, 11, tzinfo=UTC), now=NOW)
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "fixtures"


class OpenStore:
    """A real database, open for reading only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(name for _, name, *_ in self._connection.execute(f"PRAGMA table_info({table})"))

    def rows(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(sql, cast("Any", parameters))
        except sqlite3.DatabaseError as refused:
            raise StoreUnreadable(Flaw.OTHER_SHAPE) from refused


def places(home: Path, environ: Mapping[str, str] | None = None, platform: str = "linux", **more: Any) -> Places:
    return Places(home, environ or {}, platform, **more)


def made(path: Path, script: str) -> Path:
    """Make a database from SQL, or change one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA synchronous = OFF; BEGIN; {script} COMMIT;")
    return path


def read(
    source: AgentSource, path: Path | str, fields: bytes | None = None, *, route: str = "", times: FileTimes = TIMES
) -> tuple[Findings, bytes]:
    """Read one record of any form to its end."""
    found = Findings()
    parser = source.parser(Log(source.id, str(path), route), fields)
    form = form_of(str(path))
    if form is Form.STORE:
        with closing(sqlite3.connect(f"{Path(path).as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            for _ in cast("StoreParser", parser).read_store(OpenStore(connection), times, found):
                pass
    elif form is Form.DOCUMENT:
        cast("DocumentParser", parser).read_document(Path(path).read_bytes(), times, found)
    else:
        cast("LineParser", parser).read(Path(path).read_bytes().splitlines(), 1, times, found)
    return found, parser.fields()


def readings(source: AgentSource, path: Path) -> list[Findings]:
    """Read a database to its end, and again as if the program had ended after each piece and gone on with a new parser."""
    whole, fields = Findings(), list[tuple[Findings, bytes]]()
    parser = cast("StoreParser", source.parser(Log(source.id, str(path)), None))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        for _ in parser.read_store(OpenStore(connection), TIMES, whole):
            fields.append((_copy(whole), parser.fields()))
    assert len(fields) > 1
    found = [whole]
    for before, at in fields:
        added, _ = read(source, path, at)
        found.append(_joined(before, added))
    return found


def _copy(found: Findings) -> Findings:
    return Findings(list(found.events), list(found.totals), list(found.prompts), list(found.problems))


def _joined(one: Findings, other: Findings) -> Findings:
    problems = one.problems + other.problems
    return Findings(one.events + other.events, one.totals + other.totals, one.prompts + other.prompts, problems)


def read_home(source: AgentSource, where: Places) -> Findings:
    """Read all that a source finds in a home."""
    whole = Findings()
    for root in source.roots(where):
        files = sorted(
            os.path.join(at, name)  # noqa: PTH118 - a plain path is what a walk gives
            for at, _, names in os.walk(root.path)
            for name in names
            if name.endswith(source.suffixes) and (root.depth is None or len(Path(at).relative_to(root.path).parts) <= root.depth)
        )
        for path in source.logs(root, files):
            found, _ = read(source, path, route=source.route(where, root))
            whole = _joined(whole, found)
    return whole


@dataclass
class Books:
    """A ledger of nothing but identities and counters."""

    booked: dict[int, UsageEvent] = field(default_factory=dict[int, UsageEvent])
    owner: dict[int, int] = field(default_factory=dict[int, int])
    counted: dict[str, Counted] = field(default_factory=dict[str, Counted])
    grown: list[UsageEvent] = field(default_factory=list[UsageEvent])

    def book(self, *findings: Findings) -> "Books":
        for found in findings:
            for event in found.events:
                self._book(event)
            for total in found.totals:
                grown = growth(total, self.counted.get(total.counter, Counted()), NOW)
                self.counted[total.counter] = grown.counted
                self.grown += grown.events
        return self

    def _book(self, event: UsageEvent) -> None:
        first, *others = sorted({self.owner[key] for key in event.keys if key in self.owner}) or [len(self.owner)]
        whole = self.booked.get(first)
        for other in others:
            assert whole is not None
            whole = whole.merged(self.booked.pop(other))
        whole = event if whole is None else whole.merged(event)
        self.booked[first] = whole
        self.owner.update(dict.fromkeys(whole.keys, first))

    def events(self) -> list[UsageEvent]:
        """Return what counts, in order of time: by-products give way to a session's own records."""
        own = {event.session for event in self.booked.values() if not event.second_hand}
        kept = (event for event in self.booked.values() if not event.second_hand or event.session not in own)
        return sorted((*kept, *self.grown), key=lambda event: event.at)


def book(*findings: Findings) -> list[UsageEvent]:
    return Books().book(*findings).events()


def tokens(events: Iterable[UsageEvent]) -> TokenUsage:
    return sum((event.tokens for event in events), TokenUsage())


def flaws(found: Findings) -> list[Flaw]:
    return [problem.flaw for problem in found.problems]
