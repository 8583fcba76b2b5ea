"""Where Claude Code keeps its logs, and which vendor or gateway it was told to call."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any, cast

from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.source import Places, Root

ID = "claude-code"

_LOG_FOLDERS = ("projects", "transcripts")
_SETTINGS = ("settings.local.json", "settings.json")
_SETTINGS_BYTES_MAX = 4_000_000


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders that hold logs, existing or not: chosen ones first, then the two that Claude Code uses by itself.

    `CLAUDE_CONFIG_DIR` is a comma-separated list and replaces the latter; an entry is a configuration folder or its `projects`.
    Programs that run Claude Code under a configuration of their own come last, whatever was chosen.
    """
    found: list[Root] = []
    chosen = named_folders(places.environ.get("CLAUDE_CONFIG_DIR", ""), places.home)
    for folder in chosen:
        found += _within(folder, "CLAUDE_CONFIG_DIR")
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        # Whoever names a folder of logs means the folder itself.
        found += within if any(root.path.is_dir() for root in within) or not folder.is_dir() else [Root(folder, "settings")]
    if not chosen:
        named = places.environ.get("XDG_CONFIG_HOME", "")
        if Path(named).is_absolute():
            found += _within(Path(named) / "claude", "XDG_CONFIG_HOME")
        elif places.platform != "win32":
            found += _within(places.home / ".config" / "claude", "~/.config/claude")
        found += _within(places.home / ".claude", "~/.claude")
    return each_once((*found, *_related(places)))


def _related(places: Places) -> Iterator[Root]:
    """Yield where programs built on Claude Code let it write: OpenClaude, each variant of cc-mirror, and Cherry Studio."""
    yield Root(places.home / ".openclaude" / "projects", "OpenClaude")
    for variant in _variants(places.home / ".cc-mirror"):
        yield Root(variant / "config" / "projects", "cc-mirror")
    yield Root(_application_data(places) / "CherryStudio" / "Data" / "Agents" / ".claude" / "projects", "Cherry Studio")


def _variants(folder: Path) -> list[Path]:
    try:
        return sorted(variant for variant in folder.iterdir() if (variant / "config" / "projects").is_dir())
    except OSError:
        return []


def _application_data(places: Places) -> Path:
    """Return the folder in which desktop programs keep what is theirs."""
    if places.platform == "darwin":
        return places.home / "Library" / "Application Support"
    variable, usual = ("APPDATA", ("AppData", "Roaming")) if places.platform == "win32" else ("XDG_CONFIG_HOME", (".config",))
    named = places.environ.get(variable, "")
    return Path(named) if Path(named).is_absolute() else places.home.joinpath(*usual)


def _within(folder: Path, origin: str) -> list[Root]:
    if folder.name in _LOG_FOLDERS:
        return [Root(folder, origin)]
    return [Root(folder / name, origin) for name in _LOG_FOLDERS]


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the transcripts: every `.jsonl` file but the journals of sub-agents' workflows, which repeat no usage of their own."""
    for path in paths:
        if path.endswith(".jsonl") and not (path.endswith("journal.jsonl") and _is_journal(PurePath(path), root)):
            yield path


def _is_journal(path: PurePath, root: Root) -> bool:
    below = path.relative_to(root.path) if path.is_relative_to(root.path) else path
    return path.name == "journal.jsonl" and "subagents" in below.parts


def session_of(path: str) -> str:
    """Return the session a log belongs to by its place: its own name, or for a sub-agent's log the folder of its parent."""
    log = PurePath(path)
    folders = log.parts[:-1]
    if "subagents" in folders[1:]:
        return folders[len(folders) - 1 - folders[::-1].index("subagents") - 1]
    return log.stem


def route(places: Places, root: Root) -> str:
    """Return `ANTHROPIC_BASE_URL` as the environment or Claude Code's own settings give it, without any password in it."""
    named = places.environ.get("ANTHROPIC_BASE_URL", "").strip()
    if named:
        return without_secrets(named)
    folder = root.path.parent if root.path.name in _LOG_FOLDERS else root.path
    return next(filter(None, (without_secrets(_base_url(folder / name)) for name in _SETTINGS)), "")


def _base_url(settings: Path) -> str:
    try:
        # A pipe in the place of the file would block for ever, and a giant one is no settings file.
        if not settings.is_file() or settings.stat().st_size > _SETTINGS_BYTES_MAX:
            return ""
        given = json.loads(settings.read_text("utf-8-sig"))  # nothing else here needs msgspec, which is slow to load
    except (OSError, ValueError, RecursionError):
        return ""
    named = _member(_member(given, "env"), "ANTHROPIC_BASE_URL")
    return named.strip() if isinstance(named, str) else ""


def _member(given: object, name: str) -> object:
    return cast("dict[str, Any]", given).get(name) if isinstance(given, dict) else None
