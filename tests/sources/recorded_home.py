"""A home with the records of one agent, as `tests/data` has it, and what the whole program makes of it."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tankful.core.parsing import Form, form_of
from tankful.core.settings import Settings
from tankful.engine.machine import places
from tankful.engine.reading import Reading
from tankful.sources.registry import SOURCES, by_id
from tankful.sources.source import AgentSource
from tankful.system.paths import folders

DATA = Path(__file__).parent.parent / "data"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
WRITTEN = datetime(2026, 10, 31, 12, tzinfo=UTC).timestamp()
"""When every file was last changed: what stands in for times that are missing."""
CASES = tuple(sorted(path.parent.name for pattern in ("*/home", "*/home.json") for path in DATA.glob(pattern)))
"""Sources with a folder `home`, or with a `home.json` that makes one of files that other tests use as well."""

_ROWS = """
    SELECT date(at / 1000000, 'unixepoch'), name.text, count(*), sum(input), sum(output), sum(cache_read), sum(cache_write),
           sum(cache_write_1h), sum(reasoning), sum(recorded_nano)
    FROM usage JOIN context ON context.id = usage.context LEFT JOIN name ON name.id = context.model
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_NAMES = """
    SELECT DISTINCT text FROM name WHERE id IN (SELECT {0} FROM context UNION SELECT {0} FROM prompt) ORDER BY text
"""


@dataclass(frozen=True)
class Booked:
    """What is in the ledger: rows as in `expected.json`."""

    rows: list[dict[str, Any]]
    prompts: int
    sessions: list[str]
    projects: list[str]
    flaws: list[str]

    @property
    def sums(self) -> tuple[int, dict[str, int], int]:
        """Requests, tokens and nano-dollars of everything, whatever day and model it is booked on."""
        tokens = {bucket: sum(row["tokens"][bucket] for row in self.rows) for bucket in _BUCKETS}
        return sum(row["requests"] for row in self.rows), tokens, sum(row["nano"] or 0 for row in self.rows)


_BUCKETS = ("input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning")


class RecordedHome:
    """The records of one agent in a folder of the test's own."""

    def __init__(self, agent: str, folder: Path) -> None:
        self.agent = agent
        source = by_id(agent)
        assert source is not None, f"{agent} is not in the registry"
        self.source: AgentSource = source
        self.home = folder / "home"
        data, made_of = DATA / agent, DATA / agent / "home.json"
        self.expected: dict[str, Any] = json.loads((made_of if made_of.exists() else data / "expected.json").read_text())
        if made_of.exists():
            for there, here in self.expected["files"].items():
                _copy(data / here, self.home / there)
        else:
            shutil.copytree(data / "home", self.home)
        for text in sorted(self.home.rglob("*.sql")):
            with closing(sqlite3.connect(text.with_suffix(""))) as store:
                store.executescript(text.read_text())
            text.unlink()
        self.environ = {name: value.replace("{home}", str(self.home)) for name, value in self.expected.get("environ", {}).items()}
        self.environ["HOME"] = str(self.home)
        self._folder = folder / "tankful"
        others = tuple(each.id for each in SOURCES if each.id != agent)
        named = {agent: tuple(each.replace("{home}", str(self.home)) for each in self.expected.get("folders", ()))}
        self.settings = Settings(sources_off=others, folders={agent: each for agent, each in named.items() if each})
        self.reading = Reading(folders(self._folder), self.settings, lambda: NOW, self.environ)
        self.age()

    def age(self) -> None:
        """Let every file have been changed at the same time."""
        for path in self.home.rglob("*"):
            if path.is_file():
                os.utime(path, (WRITTEN, WRITTEN))

    def records(self, *forms: Form) -> list[Path]:
        """Return the records of the agent, those of some forms only if any are named."""
        found: list[Path] = []
        for root in self.source.roots(places(self.settings, self.environ, self.reading.known_projects)):
            files = sorted(str(path) for path in root.path.rglob("*") if path.is_file() and path.name.endswith(self.source.suffixes))
            found += (Path(path) for path in self.source.logs(root, files))
        return [path for path in dict.fromkeys(found) if not forms or form_of(path.name) in forms]

    def takes(self, path: Path) -> bool:
        """Say whether a file of this name would be a record, if it were there."""
        return path.name.endswith(self.source.suffixes) and any(
            path.is_relative_to(root.path) and any(self.source.logs(root, [str(path)]))
            for root in self.source.roots(places(self.settings, self.environ, self.reading.known_projects))
        )

    def booked(self) -> Booked:
        """Read what is new and return everything that is booked."""
        self.reading.scan()
        with closing(sqlite3.connect(self._folder / "ledger.sqlite")) as ledger:
            rows = [_row(found) for found in ledger.execute(_ROWS)]
            prompts = ledger.execute("SELECT count(*) FROM prompt").fetchone()[0]
            sessions, projects = ([text for (text,) in ledger.execute(_NAMES.format(each))] for each in ("session", "project"))
            flaws = [flaw for (flaw,) in ledger.execute("SELECT DISTINCT flaw FROM problem ORDER BY flaw")]
        return Booked(rows, prompts, sessions, projects, flaws)

    def close(self) -> None:
        self.reading.close()


def _copy(here: Path, there: Path) -> None:
    if here.is_dir():
        shutil.copytree(here, there, dirs_exist_ok=True)
    else:
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(here, there)


def _row(found: tuple[Any, ...]) -> dict[str, Any]:
    day, model, requests, *tokens, nano = found
    return {"day": day, "model": model or "", "requests": requests, "tokens": dict(zip(_BUCKETS, tokens, strict=True)), "nano": nano}


def opened(agent: str, folder: Path) -> Iterator[RecordedHome]:
    """Yield a home and close it."""
    home = RecordedHome(agent, folder)
    try:
        yield home
    finally:
        home.close()
