"""Where Zed keeps its threads, and which addresses it was told to call."""

from collections.abc import Mapping
from pathlib import Path, PurePath

from tankful.sources.agent_settings import settings_in, table, word
from tankful.sources.configured import each_once, without_secrets
from tankful.sources.source import Places, Root

ID = "zed"
DATABASE = "threads.db"
_FLATPAK = ".var/app/dev.zed.Zed"
_VENDORS = frozenset(
    ("zed.dev", "anthropic", "openai", "google", "deepseek", "mistral", "x_ai", "amazon-bedrock", "copilot_chat", "ollama", "lmstudio")
)
"""What Zed calls the vendors it knows; every other name is one that the user gave to a service."""


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folder of threads, and Flatpak's."""
    found = [Root(folder, "settings", 1) for folder in places.extra.get(ID, ())]
    if places.platform == "win32":
        local = places.environ.get("LOCALAPPDATA", "")
        found.append(Root((Path(local) if local else places.home / "AppData" / "Local") / "Zed" / "threads", "Zed", 0))
    elif places.platform == "darwin":
        found.append(Root(places.home / "Library" / "Application Support" / "Zed" / "threads", "~/Library/Application Support/Zed", 0))
    else:
        chosen = places.environ.get("FLATPAK_XDG_DATA_HOME", "") or places.environ.get("XDG_DATA_HOME", "")
        data = places.home / (chosen or ".local/share")
        found.append(Root(data / "zed" / "threads", "XDG_DATA_HOME" if chosen else "~/.local/share/zed", 0))
        found.append(Root(places.home / _FLATPAK / "data/zed/threads", f"~/{_FLATPAK}", 0))
    return each_once(found)


def route(places: Places, root: Root) -> str:
    """Return the address of the provider of the default model, else its name if the user gave it; empty for a vendor's own."""
    settings = _settings(places, root)
    return route_of(word(settings, "agent", "default_model", "provider"), _addresses(settings))


def addresses(places: Places, root: Root) -> Mapping[str, str]:
    """Return the addresses of providers that Zed's settings give."""
    return _addresses(_settings(places, root))


def _settings(places: Places, root: Root) -> Mapping[str, object]:
    """Return what Zed's settings say; a Flatpak keeps its own beside its data."""
    flatpak = places.home / _FLATPAK
    if root.path.is_relative_to(flatpak):
        folder = flatpak / "config" / "zed"
    elif places.platform == "win32":
        roaming = places.environ.get("APPDATA", "")
        folder = (Path(roaming) if roaming else places.home / "AppData" / "Roaming") / "Zed"
    else:
        folder = places.home / (places.environ.get("XDG_CONFIG_HOME", "") or ".config") / "zed"
    return settings_in(folder / "settings.json")


def addresses_of(path: str) -> Mapping[str, str]:
    """Return the addresses of providers from the settings of the home that a database lies in, where that is to be seen."""
    above = PurePath(path).parents
    if len(above) < 5:
        return {}
    for place in (".config/zed", "AppData/Roaming/Zed"):
        found = _addresses(settings_in(Path(above[4]) / place / "settings.json"))
        if found:
            return found
    return {}


def route_of(provider: str, addresses: Mapping[str, str]) -> str:
    """Return where calls of a provider go; empty for a vendor's own address."""
    return addresses.get(provider) or ("" if provider in _VENDORS else provider)


def _addresses(settings: Mapping[str, object]) -> Mapping[str, str]:
    models = table(settings, "language_models")
    named = {**models, **table(models, "openai_compatible")}
    found = {name: without_secrets(word(named, name, "api_url")) for name in named}
    return {name: url for name, url in found.items() if url}
