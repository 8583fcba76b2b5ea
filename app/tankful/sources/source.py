"""The protocol every agent source follows: where its records are, and how one of them becomes usage events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tankful.core.exactness import Exactness
from tankful.core.parsing import (
    LONGEST_LINE,
    DocumentParser,
    FileTimes,
    Findings,
    LineParser,
    Parser,
    SealedParser,
    Store,
    StoreParser,
    StoreUnreadable,
)

__all__ = [
    "AgentSource",
    "DocumentParser",
    "Exactness",
    "FileTimes",
    "Findings",
    "LineParser",
    "Log",
    "Parser",
    "Places",
    "Root",
    "SealedParser",
    "Store",
    "StoreParser",
    "StoreUnreadable",
]


class Places(NamedTuple):
    """The machine as a source sees it: everything that decides where an agent keeps its records."""

    home: Path
    environ: Mapping[str, str]
    platform: str
    """`sys.platform`: `linux`, `darwin` or `win32`."""
    extra: Mapping[str, tuple[Path, ...]] = MappingProxyType({})
    """Further folders by source id, from the settings."""
    projects: tuple[Path, ...] = ()
    """Folders that agents worked in lately, for those that keep their records inside the project."""
    system: Path = Path("/")
    """Where the system's own folders begin: the root, or on Windows the drive."""


class Root(NamedTuple):
    """A folder that an agent writes below; `origin` says how we know of it, in words for people (`~/.claude`, `CODEX_HOME`)."""

    path: Path
    origin: str
    depth: int | None = None
    """How many levels of folders below are looked into; 0: only the folder itself; `None`: all."""


class Log(NamedTuple):
    """One file to read and what is known of it before it is opened."""

    source: str
    path: str
    route: str = ""
    """Base URL or provider the agent is configured with now, with those of its providers where it has `addresses` (`way.way_of`)."""


class AgentSource(NamedTuple):
    """One agent: its id, its name for people, and its abilities as plain functions."""

    id: str
    title: str
    roots: Callable[[Places], tuple[Root, ...]]
    """Folders to watch, existing or not, most specific origin first."""
    logs: Callable[[Root, Sequence[str]], Iterator[str]]
    """Of the regular files with one of the suffixes found below a root (absolute paths), those that are records of this agent."""
    parser: Callable[[Log, bytes | None], Parser]
    """A parser for this log, of the kind that `parsing.form_of` its name asks for, going on from `fields()` of an earlier one."""
    route: Callable[[Places, Root], str]
    """Base URL or provider that the agent is configured with for this root; empty: the vendor's own."""
    addresses: Callable[[Places, Root], Mapping[str, str]] = lambda _places, _root: {}
    """Base URL of each provider that the agent is configured with, where its records say which one was called."""
    hint: str = ""
    """What to do when nothing of this agent is found."""
    suffixes: tuple[str, ...] = (".jsonl",)
    """How the names of its records end."""
    exactness: Exactness = Exactness.EXACT
    where: str = ""
    """Where its records are, as short Markdown for README's table: variables and folders in back-ticks."""
    note: str = ""
    """What is read and what cannot be known, in a sentence or two for people."""
    tested: str = ""
    """What real data it was tested with, in a few words for README's table."""
    longest_line: int = LONGEST_LINE
    """Bytes; a longer line is passed over. More than others have where a line may hold a whole session."""
    rest_s: float = 0
    """Seconds for which a record is left alone after it was read; for big databases that change all the time."""
