"""Reads the records of agents in editors for the tests as the program does: by their form, each request once."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from tankful.core.parsing import DocumentParser, FileTimes, Findings, Form, LineParser, SealedParser, StoreParser, form_of
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.source import AgentSource, Log, Places, StoreUnreadable

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = FileTimes(modified=datetime(2026, 11, 20, 11, tzinfo=UTC), now=NOW)
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "fixtures"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


class OpenStore:
    """A database file that is asked as the program asks it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.text_factory = _text
        self.asked: list[str] = []

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(row[1] for row in self._connection.execute(f"PRAGMA table_info({table})"))

    def rows(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        self.asked.append(sql)
        try:
            yield from self._connection.execute(sql, parameters)  # pyright: ignore[reportArgumentType] - values SQLite takes
        except sqlite3.Error as error:
            raise StoreUnreadable(Flaw.DAMAGED) from error


def places(
    home: Path, environ: Mapping[str, str] | None = None, platform: str = "linux", *, source: str = "", extra: tuple[Path, ...] = ()
) -> Places:
    return Places(home, environ or {}, platform, {source: extra} if extra else {})


def files_below(folder: Path, suffixes: Iterable[str]) -> list[str]:
    found = (os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)  # noqa: PTH118 - a plain path is what a walk gives
    return sorted(path for path in found if path.endswith(tuple(suffixes)))


def logs_of(source: AgentSource, where: Places) -> list[Log]:
    """Return every record of a source with its route, as a survey does."""
    return [
        Log(source.id, path, source.route(where, root))
        for root in source.roots(where)
        for path in source.logs(root, files_below(root.path, source.suffixes))
    ]


def read_log(source: AgentSource, log: Log, fields: bytes | None = None, times: FileTimes = TIMES) -> tuple[Findings, bytes]:
    """Read a record whole; its findings and the fields of its parser."""
    found = Findings()
    parser = source.parser(log, fields)
    match form_of(log.path):
        case Form.DOCUMENT:
            cast("DocumentParser", parser).read_document(Path(log.path).read_bytes(), times, found)
        case Form.STORE:
            with closing(sqlite3.connect(log.path)) as connection:
                for _ in cast("StoreParser", parser).read_store(OpenStore(connection), times, found):
                    parser.fields()
        case Form.SEALED:
            cast("SealedParser", parser).note(hash(Path(log.path).read_bytes()), times, found)
        case Form.LINES:
            cast("LineParser", parser).read(Path(log.path).read_bytes().splitlines(), 1, times, found)
    return found, parser.fields()


def read_path(source: AgentSource, path: Path, route: str = "") -> Findings:
    return read_log(source, Log(source.id, str(path), route))[0]


def read_lines(source: AgentSource, lines: Sequence[bytes], path: str, *cuts: int, route: str = "") -> Findings:
    """Read lines in one go, or in several with a new parser after each cut."""
    found = Findings()
    fields: bytes | None = None
    for start, end in pairwise([0, *cuts, len(lines)]):
        parser = cast("LineParser", source.parser(Log(source.id, path, route), fields))
        parser.read(lines[start:end], start + 1, TIMES, found)
        fields = parser.fields()
    return found


def read_document(source: AgentSource, content: bytes, path: str, route: str = "") -> Findings:
    found = Findings()
    cast("DocumentParser", source.parser(Log(source.id, path, route), None)).read_document(content, TIMES, found)
    return found


def read_all(source: AgentSource, where: Places) -> Findings:
    """Read everything of a source into one."""
    whole = Findings()
    for log in logs_of(source, where):
        found, _ = read_log(source, log)
        whole.events += found.events
        whole.totals += found.totals
        whole.prompts += found.prompts
        whole.problems += found.problems
    return whole


def book(events: Iterable[UsageEvent]) -> list[UsageEvent]:
    """Return what counts: events that share a key are one, and by-products give way to a session's own records."""
    booked: list[UsageEvent] = []
    for event in events:
        same = [each for each in booked if set(event.keys) & set(each.keys)]
        whole = event
        if same:
            whole = same[0]
            for other in (*same[1:], event):
                whole = whole.merged(other)
        booked = [each for each in booked if each not in same] + [whole]
    best: dict[str, int] = {}
    for event in booked:
        best[event.session] = min(event.second_hand, best.get(event.session, event.second_hand))
    return [event for event in booked if event.second_hand == best[event.session]]


def tokens(events: Iterable[UsageEvent]) -> TokenUsage:
    return sum((event.tokens for event in events), TokenUsage())


def written(path: Path, content: str | bytes = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def database(path: Path, script: str, rows: Mapping[str, Sequence[Sequence[object]]] | None = None) -> Path:
    """Return a database file made by an SQL script, with these rows in its tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
        for table, values in (rows or {}).items():
            places_of_values = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({places_of_values})", values)  # noqa: S608 - a table of the test
        connection.commit()
    return path
