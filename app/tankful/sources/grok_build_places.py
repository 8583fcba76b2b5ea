"""Where Grok Build keeps its sessions and its log, and what lies beside a session."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once, named_folders
from tankful.sources.path_texts import file_name
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root

ID = "grok-build"
UPDATES = "updates.jsonl"
UNIFIED = "unified.jsonl"
_SESSIONS = "sessions"
_LOGS = "logs"
_SUMMARY_BYTES_MAX = 1_000_000


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of sessions and of logs in Grok's home: `GROK_HOME`, else `~/.grok`."""
    found: list[Root] = []
    chosen = named_folders(places.environ.get("GROK_HOME", ""), places.home)
    for folder in chosen:
        found += _within(folder, "GROK_HOME")
    if not chosen:
        found += _within(places.home / ".grok", "~/.grok")
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        found += within if any(root.path.is_dir() for root in within) else [Root(folder, "settings")]
    return each_once(found)


def _within(home: Path, origin: str) -> list[Root]:
    return [Root(home / _SESSIONS, origin), Root(home / _LOGS, origin, 0)]


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the updates of each session, and the log of all of them."""
    return (path for path in paths if file_name(path) in {UPDATES, UNIFIED})


def project_of(path: str) -> str:
    """Return the working directory of a session, which names the folder of its folder with every `/` as `%2F`."""
    from urllib.parse import unquote  # noqa: PLC0415 - slow to load

    folder = unquote(PurePath(path).parent.parent.name, errors="replace")
    return folder if folder.startswith("/") or folder[1:2] == ":" else ""


def model_of(path: str) -> str:
    """Return the model that a session uses now, by the `summary.json` beside its log; empty where there is none."""
    import json  # noqa: PLC0415 - only for sessions of old

    summary = Path(path).with_name("summary.json")
    try:
        model = json.loads(content_of(summary, _SUMMARY_BYTES_MAX))["current_model_id"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    return model if isinstance(model, str) else ""


def route(_places: Places, _root: Root) -> str:
    """Return nothing: Grok Build calls xAI."""
    return ""
