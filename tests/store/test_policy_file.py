"""What an organisation says is read as its administrator wrote it, or counts for nothing."""

import os
from pathlib import Path

import pytest

from tankful.core.errors import PolicyUnreadable
from tankful.core.organisation import Policy
from tankful.core.own_models import InHouse
from tankful.store.policy_file import PolicyFile

SAID = {"metacode-1": InHouse("MetaCode", ("claude-opus-4-5",), ("tests",), "https://wiki.example.com")}
KEYS = 'title = "MetaCode"\nalternative_to = ["claude-opus-4-5"]\ngood_for = ["tests"]\ndocs_url = "https://wiki.example.com"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def read(path: Path, text: str) -> Policy:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return PolicyFile(path).read()


def test_without_a_file_nothing_is_said(path: Path) -> None:
    assert PolicyFile(path).read() == Policy()
    assert PolicyFile(path / "beneath").read() == Policy()
    assert read(path, "") == Policy()
    assert PolicyFile(path / "beneath").read() == Policy()
    assert read(path, "[budget]\nusd = 1\n") == Policy(), "what other versions understand is passed over"


@pytest.mark.parametrize("text", [f'[in_house."metacode-1"]\n{KEYS}', f'[[in_house]]\nmodel = "metacode-1"\n{KEYS}'])
def test_models_are_named_as_in_the_users_own_file_or_as_a_list(path: Path, text: str) -> None:
    assert read(path, text).in_house == SAID
    assert read(path, f"\N{BYTE ORDER MARK}{text}").in_house == SAID


def test_it_says_where_requests_for_more_go(path: Path) -> None:
    said = read(path, '[budget]\nask_url = "https://budget.example.com/requests"\nask_mail = "budget@example.com"\n')
    assert (said.ask_url, said.ask_mail) == ("https://budget.example.com/requests", "budget@example.com")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[in_house", "is not valid TOML"),
        ("in_house = 3", "has a value that is not allowed"),
        ('[in_house."x"]\ngood_for = "tests"', "has a value that is not allowed"),
        ('[[in_house]]\ntitle = "x"', "has a value that is not allowed"),
        ("in_house = [1]", "has a value that is not allowed"),
        ('[[in_house]]\nmodel = ""', "has a value that is not allowed"),
        ('[budget]\nask_url = "http://budget.example.com"', "has a value that is not allowed"),
        ("[budget]\nask_mail = 3", "has a value that is not allowed"),
        ("budget = 3", "budget is no table"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_of_it_counts(path: Path, text: str, title: str) -> None:
    with pytest.raises(PolicyUnreadable, match=title) as wrong:
        read(path, text)
    assert str(path) in wrong.value.title
    assert "counts for nothing" in wrong.value.hint


def test_a_file_that_is_no_text_no_file_or_too_large_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(PolicyUnreadable, match="no plain file"):
        PolicyFile(path).read()
    path.rmdir()
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o644)
    with pytest.raises(PolicyUnreadable, match="not UTF-8"):
        PolicyFile(path).read()
    with pytest.raises(PolicyUnreadable, match="no plain file"):
        read(path, "#" * 1_000_001)
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(PolicyUnreadable, match="cannot be read"):
        PolicyFile(path).read()


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions on this system")
def test_a_file_that_everybody_may_write_is_nobodys_word(path: Path) -> None:
    path.write_text("")
    for mode in (0o664, 0o646):
        path.chmod(mode)
        with pytest.raises(PolicyUnreadable, match="others than its owner"):
            PolicyFile(path).read()
