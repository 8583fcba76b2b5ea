import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.errors import LinksUnreadable
from tankful.core.links import Link, Method
from tankful.store.links_file import LinksFile

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
WORK = Link("llm.example.com", "litellm", "https://llm.example.com", Method.BROWSER, who="alice@example.com", linked_at=AT)
BROKER = Link("broker", "generic", "https://b.example.com/api", Method.KEY, session_only=True, options={"spent": "/used", "limit": "50"})
EDITED = """\
# My accounts.
colour = "blue"

[[account]]
name = "old"    # keep this one
kind = "llm-of-tomorrow"
url = "https://old.example.com"
secret_santa = true
linked_at = 2026-11-20T15:00:00

[other]
x = 1
"""


@pytest.fixture
def file(tmp_path: Path) -> LinksFile:
    return LinksFile(tmp_path / "config" / "links.toml")


def test_nothing_is_linked_where_there_is_no_file(file: LinksFile) -> None:
    assert file.read() == ()
    file.take_out("nothing")
    assert not file.path.exists()


def test_accounts_come_back_as_they_were_put(file: LinksFile) -> None:
    file.put(WORK)
    file.put(BROKER)
    assert LinksFile(file.path).read() == (WORK, BROKER)
    assert file.unknown == ()


def test_an_account_that_is_put_again_stays_at_its_place(file: LinksFile) -> None:
    file.put(BROKER)
    file.put(WORK)
    anew = Link("broker", "generic", "https://b.example.com/api", Method.KEY, who="alice")
    file.put(anew)
    assert file.read() == (anew, WORK)
    assert "session_only" not in file.path.read_text()


def test_an_account_is_taken_out_and_the_others_stay(file: LinksFile) -> None:
    file.put(WORK)
    file.put(BROKER)
    file.take_out("llm.example.com")
    assert file.read() == (BROKER,)
    file.take_out("broker")
    assert file.read() == ()


def test_what_people_write_into_it_survives_a_change(file: LinksFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(EDITED)
    file.put(WORK)
    text = file.path.read_text()
    for kept in ("# My accounts.", 'colour = "blue"', "# keep this one", "secret_santa = true", "[other]\nx = 1"):
        assert kept in text
    old, work = file.read()
    assert work == WORK
    assert (old.kind, old.method, old.linked_at) == ("llm-of-tomorrow", Method.KEY, AT)
    file.take_out("llm.example.com")
    assert file.read() == (old,)


def test_what_means_nothing_is_named(file: LinksFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(EDITED)
    file.read()
    assert file.unknown == ("colour", "other", "old.secret_santa")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such permissions")
def test_it_can_be_read_by_its_owner_alone(file: LinksFile) -> None:
    file.put(WORK)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_a_file_that_is_kept_elsewhere_stays_there(file: LinksFile, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text("# mine\n")
    file.path.parent.mkdir()
    file.path.symlink_to(elsewhere)
    file.put(WORK)
    assert file.path.is_symlink()
    assert elsewhere.read_text().startswith("# mine\n")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[[account]\n", "is not valid TOML"),
        ("account = 3\n", "account is not a list of tables"),
        ("[account]\nname = 'x'\n", "account is not a list of tables"),
        ("account = [1, 2]\n", "account is not a list of tables"),
        ("[[account]]\nkind = 'litellm'\n", "name of account 1 is missing or no text"),
        ("[[account]]\nname = 'a'\nkind = 7\n", "kind of account 1 is missing or no text"),
        ("[[account]]\nname = 'a'\nkind = 'litellm'\nurl = 7\n", "url of account 1 is missing or no text"),
        ("[[account]]\nname = 'a'\nkind = 'litellm'\nmethod = 'telepathy'\n", "method of account 1 is unknown"),
        ("[[account]]\nname = 'a'\nkind = 'litellm'\noptions = 'x'\n", "options of account 1 are not all texts"),
        ("[[account]]\nname = 'a'\nkind = 'litellm'\noptions = {limit = 5}\n", "options of account 1 are not all texts"),
        ("[[account]]\nname = 'a'\nkind = 'x'\n[[account]]\nname = 'A'\nkind = 'x'\n", "two accounts have the name a"),
    ],
)
def test_a_damaged_file_says_what_to_correct_and_is_not_touched(file: LinksFile, text: str, title: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(text)
    with pytest.raises(LinksUnreadable) as said:
        file.read()
    assert title in said.value.title
    assert said.value.hint
    with pytest.raises(LinksUnreadable):
        file.put(WORK)
    assert file.path.read_text() == text


def test_what_is_no_text_at_all_is_said(file: LinksFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LinksUnreadable, match="is not UTF-8 text"):
        file.read()


def test_a_folder_in_its_place_is_said(file: LinksFile) -> None:
    file.path.mkdir(parents=True)
    with pytest.raises(LinksUnreadable, match="cannot be read"):
        file.read()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(LinksUnreadable, match=r"cannot be (read|written)"):
        LinksFile(tmp_path / "config" / "links.toml").put(WORK)


words = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)


@given(name=words, kind=words, who=st.text(max_size=20), options=st.dictionaries(words, st.text(max_size=20), max_size=3))
def test_any_words_survive(tmp_path_factory: pytest.TempPathFactory, name: str, kind: str, who: str, options: dict[str, str]) -> None:
    file = LinksFile(tmp_path_factory.mktemp("links") / "links.toml")
    link = Link(name, kind, "https://llm.example.com", Method.DEVICE, who=who, options=options)
    file.put(BROKER)
    file.put(link)
    assert file.read() == ((link,) if name == BROKER.name else (BROKER, link))
    file.take_out(name)
    assert [each.name for each in file.read()] == ([] if name == BROKER.name else [BROKER.name])


def test_an_empty_file_is_one_that_is_being_written_and_forgets_no_account(tmp_path: Path) -> None:
    path = tmp_path / "links.toml"
    path.touch()
    with pytest.raises(LinksUnreadable, match="is empty"):
        LinksFile(path).read()
