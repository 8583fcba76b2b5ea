"""Where VS Code and the editors made of it keep what belongs to a user, on every platform, and what their addresses of folders mean."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tankful.sources.source import Places


class Flavour(NamedTuple):
    """One editor made of VS Code: the name of its folder for settings, and of the one its remote server keeps in a home."""

    name: str
    server: str
    flatpak: str = ""
    """How the editor is called where Flatpak keeps it in a folder of its own."""


class UserFolder(NamedTuple):
    """A `User` folder of an editor and how we know of it, in words for people."""

    path: Path
    origin: str


CODE = Flavour("Code", ".vscode-server", "com.visualstudio.code")
CURSOR = Flavour("Cursor", ".cursor-server")
WINDSURF = Flavour("Windsurf", ".windsurf-server")
FLAVOURS = (
    CODE,
    Flavour("Code - Insiders", ".vscode-server-insiders"),
    Flavour("Code - Exploration", ".vscode-server-exploration"),
    Flavour("Code - OSS", ".vscode-server-oss", "com.visualstudio.code-oss"),
    Flavour("VSCodium", ".vscodium-server", "com.vscodium.codium"),
    Flavour("VSCodium - Insiders", ".vscodium-server-insiders", "com.vscodium.codium-insiders"),
    CURSOR,
    WINDSURF,
    Flavour("Windsurf - Next", ".windsurf-server-next"),
    Flavour("Kiro", ".kiro-server"),
    Flavour("Antigravity", ".antigravity-server"),
    Flavour("Trae", ".trae-server"),
    Flavour("Positron", ".positron-server"),
)
_SERVERS = (".local/share/code-server/User", ".openvscode-server/data/User")
"""Editors in a browser, which have no folder for settings beside this one."""


def user_folders(places: Places, *flavours: Flavour) -> tuple[UserFolder, ...]:
    """Return the `User` folders of these editors (all, where none is named) that are there, and always the first one's own.

    `VSCODE_PORTABLE` names the data folder of an editor that carries its settings with it, `VSCODE_APPDATA` the one above
    all settings, `VSCODE_AGENT_FOLDER` that of a remote server (from VS Code's public source: its environment services).
    """
    wanted = flavours or FLAVOURS
    standard = _settings_folder(places) / wanted[0].name / "User"
    found = {str(standard): UserFolder(standard, _named(standard, places))}
    for folder, origin in _candidates(places, wanted):
        if os.path.isdir(folder):  # noqa: PTH112 - a path may be none that the system knows
            found.setdefault(str(folder), UserFolder(folder, origin or _named(folder, places)))
    return tuple(found.values())


def storages(folder: Path) -> tuple[Path, ...]:
    """Return where extensions keep their own: once for the editor, and once for each further profile."""
    profiles = folder / "profiles"
    try:
        names = sorted(entry.name for entry in os.scandir(profiles) if entry.is_dir(follow_symlinks=False))
    except (OSError, ValueError):  # a path may hold what no path may
        names = []
    return (folder / "globalStorage", *(profiles / name / "globalStorage" for name in names))


def folder_of(uri: str) -> str:
    """Return the folder that an editor's address of one means; empty when it is none: `file:///c%3A/src/app` is `c:/src/app`.

    A folder on another machine (`vscode-remote://wsl%2Bdebian/src/app`) is called what it is called there.
    """
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - slow to load, and only parsers need it

    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    if parts.scheme not in {"file", "vscode-remote"}:
        return ""
    path = unquote(parts.path)
    if parts.scheme == "file" and parts.netloc:
        return f"//{parts.netloc}{path}"
    return path[1:] if path[2:3] == ":" else path


def _candidates(places: Places, flavours: tuple[Flavour, ...]) -> Iterator[tuple[Path, str]]:
    portable = places.environ.get("VSCODE_PORTABLE", "")
    if portable:
        yield places.home / portable / "user-data" / "User", "VSCODE_PORTABLE"
    agent = places.environ.get("VSCODE_AGENT_FOLDER", "")
    if agent:
        yield places.home / agent / "data" / "User", "VSCODE_AGENT_FOLDER"
    settings = _settings_folder(places)
    for flavour in flavours:
        yield settings / flavour.name / "User", ""
        yield places.home / flavour.server / "data" / "User", ""
        if flavour.flatpak and places.platform == "linux":
            yield places.home / ".var" / "app" / flavour.flatpak / "config" / flavour.name / "User", ""
    if CODE in flavours:
        for server in _SERVERS:
            yield places.home / server, ""


def _settings_folder(places: Places) -> Path:
    """Return the folder above the editors' own ones."""
    chosen = places.environ.get("VSCODE_APPDATA", "")
    if chosen:
        return places.home / chosen
    if places.platform == "win32":
        roaming = places.environ.get("APPDATA", "")
        return Path(roaming) if roaming else places.home / "AppData" / "Roaming"
    if places.platform == "darwin":
        return places.home / "Library" / "Application Support"
    return places.home / (places.environ.get("XDG_CONFIG_HOME", "") or ".config")


def _named(folder: Path, places: Places) -> str:
    """Return a folder in words for people."""
    return f"~/{folder.relative_to(places.home).as_posix()}" if folder.is_relative_to(places.home) else str(folder)
