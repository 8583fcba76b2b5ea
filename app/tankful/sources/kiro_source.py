"""What Kiro is called, where its command line and its editor keep their records, and who reads them."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once
from tankful.sources.path_texts import file_name
from tankful.sources.source import AgentSource, Exactness, Log, Parser, Places, Root

ID = "kiro"
_DATABASE = "data.sqlite3"
_SESSIONS = "sessions"
_WORKSPACES = "workspace-sessions"
_COMMAND_LINE = "kiro-cli"


def _roots(places: Places) -> tuple[Root, ...]:
    """Return `~/.kiro/sessions` (`KIRO_HOME`), the data folder of the command line, and the editor's folder of sessions."""
    named = places.environ.get("KIRO_HOME", "")
    home = (Path(named), "KIRO_HOME") if PurePath(named).is_absolute() else (places.home / ".kiro", "~/.kiro")
    found = [Root(home[0] / _SESSIONS, home[1], 2)]
    database = places.environ.get("KIRO_CLI_DB_PATH", "")
    if PurePath(database).is_absolute():
        found.append(Root(Path(database).parent, "KIRO_CLI_DB_PATH", 0))
    shared, roaming = _data(places)
    found.append(Root(shared / _COMMAND_LINE, "data of the command line", 0))
    found.append(Root(roaming / "Kiro" / "User" / "globalStorage" / "kiro.kiroagent" / _WORKSPACES, "data of the editor", 1))
    found += [Root(folder, "settings", 2) for folder in places.extra.get(ID, ())]
    return each_once(found)


def _data(places: Places) -> tuple[Path, Path]:
    """Return the folders below which the command line and the editor keep their data."""
    if places.platform == "darwin":
        library = places.home / "Library" / "Application Support"
        return library, library
    pairs = (
        (("LOCALAPPDATA", ("AppData", "Local")), ("APPDATA", ("AppData", "Roaming")))
        if places.platform == "win32"
        else (("XDG_DATA_HOME", (".local", "share")), ("XDG_CONFIG_HOME", (".config",)))
    )
    found = [
        Path(named) if PurePath(named := places.environ.get(name, "")).is_absolute() else places.home.joinpath(*usual)
        for name, usual in pairs
    ]
    return found[0], found[1]


def _logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield databases of the command line, its sessions and transcripts, and the editor's sessions, but not the lists of them."""
    for path in paths:
        name = file_name(path)
        if name == _DATABASE or (name.endswith((".json", ".jsonl")) and name != "sessions.json" and root.path.name != _COMMAND_LINE):
            yield path


def _route(_places: Places, _root: Root) -> str:
    """Return nothing: Kiro calls its vendor only."""
    return ""


def _parser(log: Log, fields: bytes | None) -> Parser:
    from tankful.sources.kiro import KiroSession, KiroStore, KiroTranscript  # noqa: PLC0415 - slow to load, and most scans find nothing new

    if log.path.endswith(".jsonl"):
        return KiroTranscript(log, fields)
    return KiroSession(log, fields) if log.path.endswith(".json") else KiroStore(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Kiro",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=_route,
    hint="Use Kiro once, or name the folder that holds its `data.sqlite3`.",
    suffixes=(".json", ".jsonl", ".sqlite3"),
    exactness=Exactness.ESTIMATE,
    where="`~/.kiro/sessions`, `~/.local/share/kiro-cli/data.sqlite3`, the editor's `globalStorage/kiro.kiroagent`",
    note="Kiro bills credits and mostly writes no tokens. Input is estimated from the share of the context window that it measured, once a "
    "turn or request, output from the length of the answer where that is kept. The editor's sessions are seen, their cost is not known.",
    tested="recorded conversations (without tokens)",
    rest_s=2,
)
