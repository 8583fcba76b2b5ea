"""Where Claude Code keeps its logs, and which vendor or gateway it was told to call."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.agent_settings import application_data, folder_named, settings_in, table, word
from tankful.sources.claude_code_organisation import organisation_settings
from tankful.sources.claude_code_projects import BASE_URL, base_url, base_url_in
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.source import Places, Root

ID = "claude-code"

_COWORK = "local-agent-mode-sessions"
_COWORK_DEPTH = 3
_GATEWAY = "inferenceGatewayBaseUrl"
_LOG_FOLDERS = ("projects", "transcripts")


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
    """Yield where programs built on Claude Code let it write: OpenClaude, each variant of cc-mirror, Cherry Studio, Claude Desktop."""
    yield Root(places.home / ".openclaude" / "projects", "OpenClaude")
    for variant in _variants(places.home / ".cc-mirror"):
        yield Root(variant / "config" / "projects", "cc-mirror")
    yield Root(application_data(places) / "CherryStudio" / "Data" / "Agents" / ".claude" / "projects", "Cherry Studio")
    for folder in _desktops(places):
        sessions = folder / _COWORK
        # A session's folder holds all that was made in it: of what lies deeper only the transcripts are looked for.
        yield Root(sessions, "Claude Desktop", depth=_COWORK_DEPTH)
        for session in _sessions_below(sessions, _COWORK_DEPTH):
            yield Root(session / ".claude" / "projects", "Claude Desktop")


def _desktops(places: Places) -> Iterator[Path]:
    """Yield the folders of Claude Desktop: its own, the one for models of other vendors, and those of Windows' packages."""
    data = application_data(places)
    yield data / "Claude"
    yield data / "Claude-3p"
    if places.platform == "win32":
        local = folder_named(places, "LOCALAPPDATA") or places.home / "AppData" / "Local"
        yield local / "Claude-3p"
        for package in sorted(_folders_in(local / "Packages")):
            if package.name.startswith("Claude_"):
                yield package / "LocalCache" / "Roaming" / "Claude"


def _sessions_below(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the folders of Cowork's sessions, `local_…` below an organisation, a workspace and maybe the kind of agent."""
    for below in sorted(_folders_in(folder)):
        if below.name.startswith("local_"):
            yield below
        elif depth and below.name != "skills-plugin":
            yield from _sessions_below(below, depth - 1)


def _folders_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as inside:
            return [Path(entry.path) for entry in inside if entry.is_dir(follow_symlinks=False)]
    except (OSError, ValueError):
        return []


def _variants(folder: Path) -> list[Path]:
    try:
        return sorted(variant for variant in folder.iterdir() if (variant / "config" / "projects").is_dir())
    except OSError:
        return []


def _within(folder: Path, origin: str) -> list[Root]:
    if folder.name in _LOG_FOLDERS:
        return [Root(folder, origin)]
    return [Root(folder / name, origin) for name in _LOG_FOLDERS]


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the transcripts: every `.jsonl` file but the journals of sub-agents' workflows, which repeat no usage of their own.

    What Claude Desktop keeps right among its sessions is no transcript.
    """
    if root.path.name == _COWORK:
        return
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
    """Return `ANTHROPIC_BASE_URL` as Claude Code's settings or else the environment give it, without any password in it.

    What an organisation settles beats the user's own settings, and variables in settings beat those of the process (Claude Code's
    page on settings); what a project says comes in between (`claude_code_projects`). Claude Desktop's sessions go where its own
    settings say instead, when these name a gateway.
    """
    parts = root.path.parts
    if _COWORK in parts:
        return _desktop_gateway(Path(*parts[: parts.index(_COWORK)]))
    folder = root.path.parent if root.path.name in _LOG_FOLDERS else root.path
    settled = next((url for file in organisation_settings(places) if (url := base_url(file))), "")
    return settled or base_url_in(folder) or without_secrets(places.environ.get(BASE_URL, "").strip())


def _desktop_gateway(folder: Path) -> str:
    """Return the gateway of a Claude Desktop: of the profile that is applied, else of the organisation's settings."""
    library = folder / "configLibrary"
    applied = word(settings_in(library / "_meta.json"), "appliedId")
    profile = settings_in(library / f"{PurePath(applied).name}.json")
    organisation = table(settings_in(folder / "claude_desktop_config.json"), "enterpriseConfig")
    return next((url for given in (profile, organisation) if (url := without_secrets(word(given, _GATEWAY)))), "")
