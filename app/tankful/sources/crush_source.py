"""What Crush is called, where its databases are, which address it was told to call, and who reads them."""

from collections.abc import Mapping
from pathlib import Path, PurePath

from tankful.sources.agent_settings import entries, settings_in, table, word
from tankful.sources.configured import each_once, without_secrets
from tankful.sources.path_texts import files_named
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser

ID = "crush"
_FOLDER = ".crush"
"""What Crush calls its folder inside a project."""
_DATABASE = "crush.db"
_PROJECTS_MAX = 1_000


def _roots(places: Places) -> tuple[Root, ...]:
    r"""Return the data folders of the projects that Crush lists in `projects.json`, and `.crush` in those that agents worked in lately.

    The list lies in Crush's own data folder (`CRUSH_GLOBAL_DATA`, `XDG_DATA_HOME/crush`, `~/.local/share/crush`, on Windows
    `%LOCALAPPDATA%\crush`), which is watched for a database too.
    """
    found: list[Root] = []
    for folder, origin in _homes(places):
        for entry in entries(settings_in(folder / "projects.json"), "projects")[:_PROJECTS_MAX]:
            project, data = word(entry, "path"), word(entry, "data_dir") or _FOLDER
            if PurePath(project).is_absolute():
                found.append(Root(Path(project) / data, "projects.json", 0))
        found.append(Root(folder, origin, 0))
    found += (Root(project / _FOLDER, "project", 0) for project in places.projects)
    for folder in places.extra.get(ID, ()):
        found += [Root(folder, "settings", 0), Root(folder / _FOLDER, "settings", 0)]
    return each_once(found)


def _homes(places: Places) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    for variable, below in (("CRUSH_GLOBAL_DATA", ()), ("XDG_DATA_HOME", ("crush",))):
        named = places.environ.get(variable, "")
        if PurePath(named).is_absolute():
            found.append((Path(named).joinpath(*below), variable))
    found.append((places.home / ".local" / "share" / "crush", "~/.local/share/crush"))
    if places.platform == "win32":
        named = places.environ.get("LOCALAPPDATA", "")
        local = Path(named) if PurePath(named).is_absolute() else places.home / "AppData" / "Local"
        found.append((local / "crush", "%LOCALAPPDATA%\\crush"))
    return found


def _route(places: Places, root: Root) -> str:
    """Return the base URL of the provider of the large model: as the project's settings have it, else the user's."""
    provider = next(filter(None, (word(each, "models", "large", "provider") for each in _settings(places, root))), "")
    return _addresses(places, root).get(provider, "")


def _addresses(places: Places, root: Root) -> Mapping[str, str]:
    """Return the base URLs of providers; what a project says of one beats what the user's settings do."""
    found: dict[str, str] = {}
    for given in _settings(places, root):
        for provider in table(given, "providers"):
            found.setdefault(provider, without_secrets(word(given, "providers", provider, "base_url")))
    return {provider: address for provider, address in found.items() if address}


def _settings(places: Places, root: Root) -> list[Mapping[str, object]]:
    """Return what the settings say, those of the project first."""
    own = [root.path.parent / name for name in (".crush.json", "crush.json")] if root.path.name == _FOLDER else []
    named = places.environ.get("CRUSH_GLOBAL_CONFIG", "")
    config = places.environ.get("XDG_CONFIG_HOME", "")
    usual = (Path(config) if PurePath(config).is_absolute() else places.home / ".config") / "crush"
    given: list[Mapping[str, object]] = [
        settings_in(path) for path in (*own, (Path(named) if PurePath(named).is_absolute() else usual) / "crush.json")
    ]
    return given + [settings_in(folder / "crush.json") for folder, _ in _homes(places)]


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.crush import CrushParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return CrushParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Crush",
    roots=_roots,
    logs=files_named(_DATABASE),
    parser=_parser,
    route=_route,
    addresses=_addresses,
    hint="Use Crush once, or name the project folders that hold its `.crush`.",
    suffixes=(".db",),
    exactness=Exactness.RECORDED,
    where="`.crush/crush.db` of each project in `~/.local/share/crush/projects.json` (`CRUSH_GLOBAL_DATA`, `XDG_DATA_HOME`)",
    note="The cost of each session, spread over the times of its answers; Crush keeps no tokens that could be summed.",
    tested="recorded database",
    rest_s=2,
)
