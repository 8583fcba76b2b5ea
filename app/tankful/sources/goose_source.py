"""What Goose is called, where its records are, which address it was told to call, and who reads them."""

from pathlib import Path, PurePath

from tankful.sources.agent_settings import settings_in, word
from tankful.sources.configured import each_once, without_secrets
from tankful.sources.path_texts import files_named
from tankful.sources.siblings import content_of
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser

ID = "goose"
_DATABASE = "sessions.db"
_VARIABLES = {
    "openai": "OPENAI_HOST",
    "anthropic": "ANTHROPIC_HOST",
    "litellm": "LITELLM_HOST",
    "openrouter": "OPENROUTER_HOST",
    "databricks": "DATABRICKS_HOST",
    "azure_openai": "AZURE_OPENAI_ENDPOINT",
    "ollama": "OLLAMA_HOST",
    "google": "GOOGLE_HOST",
}
"""The setting that names the address of each provider, as an environment variable or a line of `config.yaml`."""
_OWN_MAX = 100


def _roots(places: Places) -> tuple[Root, ...]:
    r"""Return the folders that may hold `sessions.db`.

    `GOOSE_PATH_ROOT` replaces the usual ones: the same on Linux and macOS, `Block\goose\data` on Windows; older versions and peers
    name two more.
    """
    base = places.environ.get("GOOSE_PATH_ROOT", "")
    found: list[Root] = []
    if PurePath(base).is_absolute():
        found.append(Root(Path(base) / "data" / "sessions", "GOOSE_PATH_ROOT", 0))
    else:
        shared = places.environ.get("XDG_DATA_HOME", "")
        if PurePath(shared).is_absolute():
            found.append(Root(Path(shared) / "goose" / "sessions", "XDG_DATA_HOME", 0))
        data = places.home / ".local" / "share"
        found.append(Root(data / "goose" / "sessions", "~/.local/share/goose", 0))
        found.append(Root(data / "Block" / "goose" / "sessions", "~/.local/share/Block/goose", 0))
        if places.platform == "darwin":
            found.append(
                Root(places.home / "Library" / "Application Support" / "goose" / "sessions", "~/Library/Application Support/goose", 0)
            )
        if places.platform == "win32":
            found.append(Root(_roaming(places) / "data" / "sessions", "%APPDATA%\\Block\\goose", 0))
    found += (Root(folder, "settings", 0) for folder in places.extra.get(ID, ()))
    return each_once(found)


def _roaming(places: Places) -> Path:
    named = places.environ.get("APPDATA", "")
    return (Path(named) if PurePath(named).is_absolute() else places.home / "AppData" / "Roaming") / "Block" / "goose"


def _route(places: Places, root: Root) -> str:
    """Return the address of the configured provider, from the environment, else from `config.yaml`; empty when none is named."""
    provider = places.environ.get("GOOSE_PROVIDER", "") or _settings(places).get("GOOSE_PROVIDER", "")
    return _addresses(places, root).get(provider, "")


def _addresses(places: Places, _root: Root) -> dict[str, str]:
    """Return the addresses of providers: those that variables or `config.yaml` give, and those of the user's own ones."""
    given = _settings(places) | {name: value for name, value in places.environ.items() if value}
    named = {provider: given.get(name, "").strip() for provider, name in _VARIABLES.items()} | _own(_settings_folder(places))
    return {provider: address for provider, said in named.items() if (address := without_secrets(said))}


def _own(folder: Path) -> dict[str, str]:
    """Return the addresses of the providers that a user added, each in a file of its own."""
    try:
        files = sorted((folder / "custom_providers").glob("*.json"))[:_OWN_MAX]
    except (OSError, ValueError):
        return {}
    return {word(given, "name") or file.stem: word(given, "base_url") for file, given in ((file, settings_in(file)) for file in files)}


def _settings_folder(places: Places) -> Path:
    base = places.environ.get("GOOSE_PATH_ROOT", "")
    if PurePath(base).is_absolute():
        return Path(base) / "config"
    if places.platform == "win32":
        return _roaming(places) / "config"
    named = places.environ.get("XDG_CONFIG_HOME", "")
    return (Path(named) if PurePath(named).is_absolute() else places.home / ".config") / "goose"


def _settings(places: Places) -> dict[str, str]:
    """Return the plain `NAME: value` lines of `config.yaml`; anything deeper is passed over."""
    path = _settings_folder(places) / "config.yaml"
    lines = content_of(path).decode("utf-8-sig", "replace").splitlines()
    parts = (line.partition(":") for line in lines if line[:1].isalpha())
    return {name.strip(): value.partition(" #")[0].strip().strip("'\"") for name, colon, value in parts if colon}


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.goose import GooseParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return GooseParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Goose",
    roots=_roots,
    logs=files_named(_DATABASE),
    parser=_parser,
    route=_route,
    addresses=_addresses,
    hint="Use Goose once, or name the folder that holds its `sessions.db`.",
    suffixes=(".db",),
    exactness=Exactness.RECORDED,
    where="`~/.local/share/goose/sessions/sessions.db` (`GOOSE_PATH_ROOT`), `%APPDATA%\\Block\\goose` on Windows",
    note="Each call with tokens and cost since Goose keeps a ledger; before that only sums of sessions, their growth booked as it appears.",
    tested="our own data in its shape",
    rest_s=2,
)
