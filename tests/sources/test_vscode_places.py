"""Where editors made of VS Code keep what belongs to a user."""

from pathlib import Path

import pytest

from sources.editor_reading import places, written
from tankful.sources.siblings import content_of
from tankful.sources.vscode_places import CURSOR, FLAVOURS, folder_of, storages, user_folders


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_the_first_editor_is_named_even_where_it_is_not_there(tmp_path: Path) -> None:
    (only,) = user_folders(places(tmp_path))
    assert (only.path, only.origin) == (tmp_path / ".config" / "Code" / "User", "~/.config/Code/User")
    (only,) = user_folders(places(tmp_path), CURSOR)
    assert only.path == tmp_path / ".config" / "Cursor" / "User"


def test_every_flavour_is_found_where_it_is_with_its_remote_server(tmp_path: Path) -> None:
    for flavour in FLAVOURS:
        _made(tmp_path / ".config" / flavour.name / "User")
        _made(tmp_path / flavour.server / "data" / "User")
    flatpak = _made(tmp_path / ".var/app/com.vscodium.codium/config/VSCodium/User")
    browser = _made(tmp_path / ".local/share/code-server/User")
    found = [each.path for each in user_folders(places(tmp_path))]
    assert len(found) == len(set(found)) == 2 * len(FLAVOURS) + 2
    assert {flatpak, browser, tmp_path / ".config" / "Windsurf" / "User", tmp_path / ".vscode-server" / "data" / "User"} <= set(found)
    assert len(user_folders(places(tmp_path), CURSOR)) == 2


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"XDG_CONFIG_HOME": "/elsewhere"}, Path("/elsewhere/Code/User")),
        ("linux", {"VSCODE_APPDATA": "/data"}, Path("/data/Code/User")),
        ("darwin", {}, Path("home/Library/Application Support/Code/User")),
        ("win32", {}, Path("home/AppData/Roaming/Code/User")),
        ("win32", {"APPDATA": "/roaming"}, Path("/roaming/Code/User")),
    ],
)
def test_each_platform_has_its_own_place_and_variables_move_it(platform: str, environ: dict[str, str], expected: Path) -> None:
    (only,) = user_folders(places(Path("home"), environ, platform))
    assert only.path == expected


def test_a_portable_editor_and_a_moved_server_are_found(tmp_path: Path) -> None:
    portable, server = _made(tmp_path / "stick/user-data/User"), _made(tmp_path / "moved/data/User")
    given = places(tmp_path, {"VSCODE_PORTABLE": str(tmp_path / "stick"), "VSCODE_AGENT_FOLDER": "moved"})
    assert {(each.path, each.origin) for each in user_folders(given)} >= {(portable, "VSCODE_PORTABLE"), (server, "VSCODE_AGENT_FOLDER")}


def test_each_profile_has_a_storage_of_its_own(tmp_path: Path) -> None:
    assert storages(tmp_path) == (tmp_path / "globalStorage",)
    _made(tmp_path / "profiles" / "two")
    written(tmp_path / "profiles" / "list.json")
    assert storages(tmp_path) == (tmp_path / "globalStorage", tmp_path / "profiles" / "two" / "globalStorage")


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        ("file:///home/grace/work/orchard", "/home/grace/work/orchard"),
        ("file:///c%3A/src/a%20b", "c:/src/a b"),
        ("file://server/share/app", "//server/share/app"),
        ("vscode-remote://wsl%2Bdebian/src/app", "/src/app"),
        ("untitled:Untitled-1", ""),
        ("file://[broken", ""),
        ("", ""),
    ],
)
def test_an_address_of_a_folder_is_taken_apart(uri: str, folder: str) -> None:
    assert folder_of(uri) == folder


def test_only_small_regular_files_are_read_beside_a_log(tmp_path: Path) -> None:
    small = written(tmp_path / "small", b"four")
    assert content_of(small) == b"four"
    assert content_of(small, 3) == b""
    assert content_of(tmp_path) == b""
    assert content_of(tmp_path / "none") == b""
    assert content_of("a\0b") == b""
    assert content_of("/proc/self/mem") == b""
