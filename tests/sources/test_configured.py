"""What people tell agents in variables and settings is understood in one way for all of them."""

from pathlib import Path

import pytest

from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.source import Root


@pytest.mark.parametrize(
    ("listed", "folders"),
    [
        ("", []),
        (" , ,", []),
        ("/one", ["/one"]),
        (" /one ,two, ~/three,", ["/one", "/home/ada/two", "/home/ada/three"]),
        ("/with space/x", ["/with space/x"]),
    ],
)
def test_a_list_of_folders_may_be_relative_to_home_and_have_gaps(listed: str, folders: list[str]) -> None:
    assert named_folders(listed, Path("/home/ada")) == [Path(folder) for folder in folders]


def test_of_two_names_for_one_folder_the_first_stays(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    roots = [
        Root(tmp_path / "link", "chosen"),
        Root(tmp_path, "usual"),
        Root(tmp_path / "other", "usual"),
        Root(tmp_path / "other", "again"),
    ]
    assert each_once(roots) == (roots[0], roots[2])


def test_names_of_one_folder_that_is_not_there_are_told_apart_only_where_the_folders_above_are(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    roots = [
        Root(tmp_path / "absent", "chosen"),
        Root(tmp_path / "link" / "absent", "the same"),
        Root(tmp_path / "absent" / "below", "usual"),
        Root(tmp_path / "gone" / "below", "another"),
        Root(tmp_path / "absent" / "below", "again"),
    ]
    assert each_once(roots) == (roots[0], roots[2], roots[3])


@pytest.mark.parametrize("name", ["no\0path", "half a character \ud83d", "x" * 300])
def test_what_no_folder_can_be_called_is_left_out(tmp_path: Path, name: str) -> None:
    roots = [Root(tmp_path / name, ""), Root(tmp_path / name / "below", ""), Root(tmp_path, "")]
    assert each_once(roots) == (roots[2],)


@pytest.mark.parametrize(
    ("address", "harmless"),
    [
        ("", ""),
        ("https://gateway.example", "https://gateway.example"),
        ("https://ada:secret@gateway.example:4000/v1?key=secret#secret", "https://gateway.example:4000/v1"),
        ("https://ada:se@cret@gateway.example", "https://gateway.example"),
        ("http://[broken", ""),
        ("https://gateway.example/\ud800", ""),
        ("https://gateway.example/\n", ""),
    ],
)
def test_an_address_loses_everything_that_may_be_a_key(address: str, harmless: str) -> None:
    assert without_secrets(address) == harmless
