"""Reads records of any form for the tests as the program does: found below roots, each response once."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from sources.codex_reading import Books
from tankful.core.parsing import DocumentParser, FileTimes, Findings, Form, LineParser, StoreParser, form_of
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.source import AgentSource, Log, Places, Root

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = FileTimes(modified=datetime(2026, 11, 20, 11, tzinfo=UTC), now=NOW)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "fixtures"
DATA = Path(__file__).resolve().parents[1] / "data"


def places(home: Path, environ: Mapping[str, str] | None = None, *, platform: str = "linux", **more: Any) -> Places:
    return Places(home, environ or {}, platform, **more)


def read_lines(source: AgentSource, lines: Sequence[bytes], path: str, *cuts: int, times: FileTimes = TIMES, route: str = "") -> Findings:
    """Read lines in one go, or in several with a new parser after each cut."""
    found = Findings()
    fields: bytes | None = None
    for start, end in pairwise([0, *cuts, len(lines)]):
        parser = cast("LineParser", source.parser(Log(source.id, path, route), fields))
        parser.read(lines[start:end], start + 1, times, found)
        fields = parser.fields()
    return found


def read_document(source: AgentSource, content: bytes, path: str) -> Findings:
    found = Findings()
    parser = cast("DocumentParser", source.parser(Log(source.id, path), None))
    parser.read_document(content, TIMES, found)
    assert parser.fields() == b""
    return found


@dataclass
class OpenStore:
    """A real database, as the reader hands it to a parser."""

    connection: sqlite3.Connection

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(row[0] for row in self.connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))

    def rows(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        return self.connection.execute(sql, cast("Any", parameters))


def read_store(source: AgentSource, path: Path, fields: bytes | None = None) -> tuple[Findings, bytes]:
    found = Findings()
    parser = cast("StoreParser", source.parser(Log(source.id, str(path)), fields))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        for _ in parser.read_store(OpenStore(connection), TIMES, found):
            parser.fields()
    return found, parser.fields()


def change(path: Path, *scripts: str) -> Path:
    """Make a database, or change one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("\n".join(("BEGIN;", *scripts, "COMMIT;")))
    return path


def files_below(root: Root, suffixes: tuple[str, ...]) -> list[str]:
    return sorted(
        os.path.join(at, name)  # noqa: PTH118 - a plain path is what a walk gives
        for at, _, names in os.walk(root.path)
        for name in names
        if name.endswith(suffixes) and (root.depth is None or len(Path(at).relative_to(root.path).parts) <= root.depth)
    )


def logs_of(source: AgentSource, where: Places) -> list[tuple[Root, str]]:
    return [(root, path) for root in source.roots(where) for path in source.logs(root, files_below(root, source.suffixes))]


def read_home(source: AgentSource, where: Places) -> Findings:
    whole = Findings()
    for root, path in logs_of(source, where):
        route = source.route(where, root)
        match form_of(path):
            case Form.LINES:
                found = read_lines(source, Path(path).read_bytes().splitlines(), path, route=route)
            case Form.DOCUMENT:
                found = read_document(source, Path(path).read_bytes(), path)
            case Form.STORE:
                found, _ = read_store(source, Path(path))
            case Form.SEALED:
                continue
        whole.events += found.events
        whole.prompts += found.prompts
        whole.problems += found.problems
    return whole


def book(*findings: Findings) -> list[UsageEvent]:
    books = Books()
    for found in findings:
        books.book(found.events)
    return sorted(books.close(), key=lambda event: event.at)


def tokens(events: Iterable[UsageEvent]) -> TokenUsage:
    return sum((event.tokens for event in events), TokenUsage())


def flaws(found: Findings) -> list[Flaw]:
    return [problem.flaw for problem in found.problems]


def rows_of(events: Iterable[UsageEvent]) -> dict[tuple[str, str | None], tuple[int, TokenUsage, Any]]:
    """Sum events by day and model, as `expected.json` does: requests, tokens, recorded dollars."""
    rows: dict[tuple[str, str | None], tuple[int, TokenUsage, Any]] = {}
    for event in events:
        name = (event.at.date().isoformat(), event.model)
        requests, sum_of_tokens, dollars = rows.get(name, (0, TokenUsage(), None))
        if event.recorded_cost is not None:
            dollars = event.recorded_cost + (dollars or 0)
        rows[name] = (requests + 1, sum_of_tokens + event.tokens, dollars)
    return rows


def agrees(source: AgentSource, tmp_path: Path) -> bool:
    """Say whether the recorded home of a source gives what its `expected.json` says."""
    folder = DATA / source.id
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    home = Path(shutil.copytree(folder / "home", tmp_path / "home"))
    for script in [path for path in home.rglob("*.sql") if path.is_file()]:
        change(script.with_suffix(""), script.read_text("utf-8"))
    extra = {source.id: tuple(Path(each.replace("{home}", str(home))) for each in expected.get("folders", ()))}
    found = read_home(source, places(home, expected["environ"], extra=extra))
    events = book(found)
    wanted = {
        (row["day"], row["model"]): (
            row["requests"],
            TokenUsage(**row["tokens"]),
            None if row["recorded_usd"] is None else Decimal(row["recorded_usd"]),
        )
        for row in expected["rows"]
    }
    assert rows_of(events) == wanted
    assert len({prompt.key for prompt in found.prompts}) == expected["prompts"]
    assert {event.session for event in events} - {""} == set(expected["sessions"])
    assert {flaw.name for flaw in flaws(found)} == set(expected["flaws"])
    projects = {event.project for event in events} - {""}
    assert projects == set(expected.get("projects", projects))
    return True
