"""The protocol every agent source follows: where its logs are, and how one log becomes usage events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tankful.core.parsing import FileTimes, Findings, Parser

__all__ = ["AgentSource", "FileTimes", "Findings", "Log", "Parser", "Places", "Root"]


@dataclass(frozen=True, slots=True)
class Places:
    """The machine as a source sees it: everything that decides where an agent keeps its records."""

    home: Path
    environ: Mapping[str, str]
    platform: str
    """`sys.platform`: `linux`, `darwin` or `win32`."""
    extra: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])
    """Further folders by source id, from the settings."""


class Root(NamedTuple):
    """A folder that an agent writes below; `origin` says how we know of it, in words for people (`~/.claude`, `CODEX_HOME`)."""

    path: Path
    origin: str


class Log(NamedTuple):
    """One file to read and what is known of it before the first line is read."""

    source: str
    path: str
    route: str = ""
    """Base URL or provider the agent is configured with now."""


@dataclass(frozen=True, slots=True)
class AgentSource:
    """One agent: its id, its name for people, and its three abilities as plain functions."""

    id: str
    title: str
    roots: Callable[[Places], tuple[Root, ...]]
    """Folders to watch, existing or not, most specific origin first."""
    logs: Callable[[Root, Sequence[str]], Iterator[str]]
    """Of the regular files found below a root (absolute paths, sorted), those that are logs of this agent."""
    parser: Callable[[Log, bytes | None], Parser]
    """A parser for this log, going on from `fields()` of an earlier one."""
    route: Callable[[Places, Root], str]
    """Base URL or provider that the agent is configured with for this root; empty: the vendor's own."""
    hint: str = ""
    """What to do when nothing of this agent is found."""
