"""What Copilot CLI is called, where its records are, and who reads them."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from tankful.core.parsing import Form, form_of
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.source import AgentSource, Exactness, Log, Parser, Places, Root

ID = "copilot-cli"
STORE = "session-store.db"
"""The CLI's own record."""
_EXPORTED = "COPILOT_OTEL_FILE_EXPORTER_PATH"
_AND = ", "
DESKTOP = "data.db"
"""Copilot Desktop's."""


def _roots(places: Places) -> tuple[Root, ...]:
    chosen = places.environ.get("COPILOT_HOME", "")
    homes = [(places.home / (chosen or ".copilot"), "COPILOT_HOME" if chosen else "~/.copilot")]
    homes += ((folder, "settings") for folder in places.extra.get(ID, ()))
    found: list[Root] = []
    for home, origin in homes:
        found.append(Root(home, origin, 0))
        found.append(Root(home / "session-state", origin, 1))
        found.append(Root(home / "history-session-state", origin, 1))
        found.append(Root(home / "otel", origin, 0))
    exported = named_folders(places.environ.get(_EXPORTED, ""), places.home)
    found += (Root(file.parent, f"{_EXPORTED}{_AND}{file.name}", 0) for file in exported)
    return each_once(found)


def _logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the records of a home; of the folder that telemetry is exported to, which may be anybody's, the file alone."""
    exported, _, chosen = root.origin.partition(_AND)
    for path in paths:
        name = file_name(path)
        if name == chosen if exported == _EXPORTED else name in {STORE, DESKTOP} or name.endswith(".jsonl"):
            yield path


def _parser(log: Log, fields: bytes | None) -> Parser:
    name = PurePath(log.path).name
    if name.endswith(".db"):
        from tankful.sources import copilot_cli_store as stores  # noqa: PLC0415 - slow to load, and most scans find nothing new

        return stores.DesktopParser(log, fields) if name == DESKTOP else stores.CallsParser(log, fields)
    from tankful.sources.copilot_cli import CopilotParser, ExportParser  # noqa: PLC0415 - same

    return ExportParser(log) if form_of(name) is Form.DOCUMENT else CopilotParser(log, fields)


def _route(places: Places, _root: Root) -> str:
    """Return the address of the user's own provider, if the CLI was told one."""
    return without_secrets(places.environ.get("COPILOT_PROVIDER_BASE_URL", "").strip())


SOURCE = AgentSource(
    id=ID,
    title="Copilot CLI",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=_route,
    hint="Use Copilot CLI once, or name the folder that `COPILOT_HOME` is.",
    suffixes=(".jsonl", ".db", ".ndjson", ".json", ".log", ".txt"),
    exactness=Exactness.RECORDED,
    where="`~/.copilot` (`COPILOT_HOME`): `session-store.db`, `session-state`, `data.db` of Copilot Desktop, `otel`; "
    "`COPILOT_OTEL_FILE_EXPORTER_PATH`",
    note="Of a session that has several records only the best one counts: the database of calls with their AI credits, telemetry, "
    "sums at the end of a session.",
    tested="a database from tokscale's tests and telemetry from ccusage's",
)
