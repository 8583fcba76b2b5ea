"""Where OpenClaw keeps the transcripts of its agents, by its `config/paths.ts` and `config/sessions/artifacts.ts`."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once, named_folders
from tankful.sources.source import Places, Root

ID = "openclaw"
DATABASE = "openclaw-agent.sqlite"
SUFFIXES = (".jsonl", DATABASE, "Z")
"""Set aside transcripts are called `<id>.jsonl.deleted.<time>` and `<id>.jsonl.reset.<time>`, and every such time ends so."""
_AGENTS = "agents"
_STATE = (".openclaw", ".clawdbot", ".moltbot", ".moldbot")
"""Its names over time; a copy in an older one counts once."""
_VARIABLES = ("OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR", "OPENCLAW_DIR")
_SET_ASIDE = (".jsonl.deleted.", ".jsonl.reset.", ".jsonl.imported-")
_TRANSCRIPTS = frozenset({"sessions", "session-sqlite-import-archive"})
_CODEX_HOME = "codex-home"
_ROLLOUTS = frozenset({"sessions", "archived_sessions"})


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folder of agents in every state folder: the chosen ones, else the usual ones and those of profiles."""
    found = [Root(folder / _AGENTS, name) for name in _VARIABLES for folder in named_folders(places.environ.get(name, ""), places.home)]
    if not found:
        for home in named_folders(places.environ.get("OPENCLAW_HOME", ""), places.home) or [places.home]:
            found += [Root(home / name / _AGENTS, f"~/{name}") for name in (*_STATE, *_profiles(home))]
    for folder in places.extra.get(ID, ()):
        agents = folder / _AGENTS
        found.append(Root(agents if agents.is_dir() else folder, "settings"))
    return each_once(found)


def _profiles(home: Path) -> list[str]:
    """Return the state folders of profiles (`openclaw --profile NAME`)."""
    try:
        return sorted(entry.name for entry in os.scandir(home) if entry.name.startswith(".openclaw-") and entry.is_dir())
    except (OSError, ValueError):  # a path may hold what no path may
        return []


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield databases, transcripts, those set aside, and the logs of the Codex that OpenClaw runs itself."""
    yield from (path for path in paths if _is_record(root, path))


def _is_record(root: Root, path: str) -> bool:
    pure = PurePath(path)
    if pure.name == DATABASE:
        return True
    if _CODEX_HOME in pure.parts:
        return is_codex(path) and path.endswith(".jsonl")
    return _is_transcript(pure.name) and (pure.parent.name in _TRANSCRIPTS or pure.parent == root.path)


def _is_transcript(name: str) -> bool:
    if name.endswith(".jsonl"):
        return not name.endswith(".trajectory.jsonl")
    return any(mark in name for mark in _SET_ASIDE)


def is_codex(path: str) -> bool:
    """Say whether this is a log of Codex itself, in the home that OpenClaw gives it."""
    folders = PurePath(path).parts[:-1]
    return _CODEX_HOME in folders and not _ROLLOUTS.isdisjoint(folders[folders.index(_CODEX_HOME) :])


def name_of(path: str) -> str:
    """Return a session's id as its file's name has it, also of one that was set aside, or saved before a compaction."""
    return PurePath(path).name.partition(".jsonl")[0].partition(".checkpoint.")[0].removeprefix("archive-tier.")


def settings_of(path: str) -> tuple[Path, ...]:
    """Return the files that give the addresses of providers: those of this agent first, then OpenClaw's own."""
    for folder in PurePath(path).parents:
        if folder.parent.name == _AGENTS:
            return (Path(folder) / "agent" / "models.json", Path(folder.parent.parent) / "openclaw.json")
    return ()


def route(_places: Places, _root: Root) -> str:
    """Return nothing: every response names its provider, and OpenClaw's settings give its address."""
    return ""
