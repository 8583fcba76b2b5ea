import asyncio
import threading
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from linking_rig import Desk, opened_desk
from rings import MemoryRing
from tankful.core.errors import (
    GatewayConfused,
    GatewayError,
    GatewayUnreachable,
    LinkRejected,
    LinksUnreadable,
    SecretsUnavailable,
)
from tankful.core.links import Link, Method
from tankful.engine.finding import UnknownKind
from tankful.engine.link_names import WrongName
from tankful.engine.linking import Linked, Linking, NoSuchLink
from tankful.gateways.addresses import WrongKey
from tankful.gateways.grants import bearer
from tankful.store.links_file import LinksFile
from toll_gateway import KEY, NOW

T = TypeVar("T")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as desk:
        yield desk


def test_a_key_that_is_accepted_is_kept(desk: Desk) -> None:
    linked = desk.link_with_key(f"  'Bearer {KEY}'\n")
    assert (linked.link.name, linked.link.who, linked.link.linked_at) == (desk.host, "alice@example.com", NOW)
    assert linked.statement.allocations[0].account == linked.link.name
    assert desk.ring.kept == {desk.host: KEY}
    assert desk.links == (linked.link,)
    assert desk.do(lambda linking: linking.secret(linked.link)) == KEY


def test_a_name_that_turns_words_around_is_kept_without_that(desk: Desk) -> None:
    desk.booth.who = "alice\u202e\n@example.com"
    assert desk.link_with_key().link.who == "alice @example.com"


@pytest.mark.parametrize("key", ["", "  ", "two words", "ключ"])
def test_what_is_no_key_asks_nobody(desk: Desk, key: str) -> None:
    with pytest.raises(WrongKey):
        desk.link_with_key(key)
    assert desk.server.requests == []


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"error": "no such key"}, LinkRejected),
        (403, {"error": "not yours"}, GatewayError),
        (404, {}, GatewayConfused),
        (429, {}, GatewayError),
        (500, {}, GatewayUnreachable),
        (200, "<!doctype html>", GatewayConfused),
        (200, "{", GatewayConfused),
        (204, "", GatewayConfused),
    ],
)
def test_nothing_is_kept_of_a_key_that_was_not_accepted(desk: Desk, status: int, body: object, error: type[GatewayError]) -> None:
    desk.booth.instead = {"/me": (status, {}, body)}
    with pytest.raises(error) as said:
        desk.link_with_key()
    assert said.value.title
    assert said.value.hint
    assert KEY not in f"{said.value!r}{said.value.hint}"
    assert desk.is_empty


@pytest.mark.parametrize("ring", [MemoryRing(refuses="There is no keyring"), MemoryRing(forgetful=True)])
def test_nothing_is_linked_without_a_keyring(desk: Desk, ring: MemoryRing) -> None:
    desk.ring = ring
    with pytest.raises(SecretsUnavailable):
        desk.link_with_key()
    assert desk.is_empty


def test_a_keyring_that_hangs_ends_in_a_sentence_and_nothing_is_linked(desk: Desk) -> None:
    desk.ring.hangs = threading.Event()
    with pytest.raises(SecretsUnavailable, match="does not answer"):
        desk.do(lambda linking: _released(linking.with_key(desk.found, KEY), desk.ring.hangs), quiet_s=0.05)
    assert desk.is_empty


async def _released(work: Awaitable[T], event: threading.Event | None) -> T:
    """Let the keyring's thread go on once nobody waits for it."""
    try:
        return await work
    finally:
        assert event is not None
        event.set()


def test_a_locked_keyring_is_opened_by_somebody_who_links(desk: Desk) -> None:
    desk.ring.locked = True
    desk.sign_in()
    assert list(desk.ring.kept) == [desk.host]


def test_a_key_for_this_session_is_used_and_not_kept(desk: Desk) -> None:
    async def story(linking: Linking) -> None:
        linked = await linking.with_key(desk.found, KEY, session_only=True)
        assert await linking.secret(linked.link) == KEY
        assert (await linking.ask(linked.link)).who == "alice@example.com"

    desk.do(story)
    assert desk.ring.done == []
    (link,) = desk.links
    with pytest.raises(LinkRejected) as said:
        desk.do(lambda linking: linking.secret(link))
    assert said.value.hint == "It was kept for one session only: link it again."
    desk.do(lambda linking: linking.unlink(link.name))
    assert desk.is_empty


def test_what_the_keyring_has_is_forgotten_when_an_account_needs_it_no_more(desk: Desk) -> None:
    desk.link_with_key(name="work")
    desk.do(lambda linking: _replaced(linking, desk))
    assert desk.ring.kept == {}
    desk.link_with_key(name="work")
    desk.sign_in(Method.FILE, "work", {"file": "/its/file"})
    assert desk.ring.kept == {}


async def _replaced(linking: Linking, desk: Desk) -> None:
    linked = await linking.with_key(desk.found, KEY, name="work", session_only=True)
    assert await linking.secret(linked.link) == KEY


def test_an_account_whose_file_cannot_be_written_leaves_no_key(desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / "links.toml").write_text("[[account]\n")
    with pytest.raises(LinksUnreadable):
        desk.link_with_key()
    assert desk.ring.kept == {}


def test_a_file_that_breaks_at_the_last_moment_gives_the_key_before_back(desk: Desk) -> None:
    linked = desk.link_with_key()
    desk.booth.keys.add("second")
    file = desk.folder / "links.toml"
    text = file.read_text()

    class Breaking(MemoryRing):
        def write(self, entry: str, secret: str) -> None:
            super().write(entry, secret)
            file.write_text("[[account]\n" if len(secret) == len("second") else text)

    desk.ring = Breaking(desk.ring.kept)
    with pytest.raises(LinksUnreadable):
        desk.link_with_key("second", linked.link.name)
    assert desk.ring.kept == {desk.host: KEY}
    assert desk.links == (linked.link,)


def test_names_are_made_from_the_address_and_never_twice(desk: Desk) -> None:
    desk.booth.keys |= {"second", "third"}
    names = [desk.link_with_key(key).link.name for key in (KEY, "second", "third")]
    assert names == [desk.host, f"{desk.host} 2", f"{desk.host} 3"]
    assert list(desk.ring.kept) == names


def test_the_same_key_again_is_the_same_account(desk: Desk) -> None:
    first = desk.link_with_key().link
    desk.now += timedelta(days=1)
    second = desk.link_with_key().link
    assert (second.name, second.linked_at) == (first.name, desk.now)
    assert desk.links == (second,)


def test_the_same_person_signed_in_again_is_the_same_account_and_another_is_not(desk: Desk) -> None:
    desk.sign_in()
    desk.sign_in()
    assert [link.who for link in desk.links] == ["alice@example.com"]
    desk.booth.who = "bob@example.com"
    desk.sign_in()
    assert [link.name for link in desk.links] == [desk.host, f"{desk.host} 2"]


def test_a_chosen_name_is_tidied_and_links_its_account_anew(desk: Desk) -> None:
    assert desk.link_with_key(name="  At   work ").link.name == "At work"
    desk.booth.keys = {"newer"}
    assert desk.link_with_key("newer", "at WORK").link.name == "At work"
    assert desk.ring.kept == {"At work": "newer"}


def test_the_name_of_an_account_elsewhere_is_taken(desk: Desk) -> None:
    LinksFile(desk.folder / "links.toml").put(Link("work", "toll", "https://elsewhere.example.com", Method.KEY))
    with pytest.raises(WrongName, match="Another account is called 'work'"):
        desk.link_with_key(name="Work")
    assert desk.server.requests == []


@pytest.mark.parametrize("name", ["personal", "Personal", "none", "x" * 61, "a\x1b[31mb"])
def test_names_that_would_mislead_are_refused(desk: Desk, name: str) -> None:
    with pytest.raises(WrongName):
        desk.link_with_key(name=name)


def test_signing_in_opens_the_browser_and_tells_where(desk: Desk) -> None:
    linked = desk.sign_in(Method.DEVICE)
    assert desk.opened == [f"{desk.server.url}/login"]
    assert [(step.url, step.code) for step in desk.told] == [(f"{desk.server.url}/login", "ABCD-EFGH")]
    assert linked.link.method is Method.DEVICE
    assert bearer(desk.ring.kept[desk.host]) == "access-1"


def test_a_page_that_is_no_safe_web_page_is_not_opened(desk: Desk) -> None:
    for page in ("file:///etc/passwd", "http://evil.example.com/", "javascript:alert(1)", "nothing"):
        desk.booth.instead = {"/page": (200, {}, [page])}
        with pytest.raises(GatewayConfused, match="no safe page"):
            desk.sign_in()
    assert desk.opened == []
    assert desk.told == []
    assert desk.is_empty


def test_nobody_signs_in_for_nothing(desk: Desk) -> None:
    desk.ring.refuses = "There is no keyring"
    with pytest.raises(SecretsUnavailable):
        desk.sign_in()
    assert desk.opened == []
    assert desk.server.requests == []


def test_a_sign_in_that_is_given_up_leaves_nothing(desk: Desk) -> None:
    async def story(linking: Linking) -> None:
        signing_in = asyncio.ensure_future(linking.sign_in(desk.found, Method.BROWSER, lambda _: _give_up(signing_in)))
        with pytest.raises(asyncio.CancelledError):
            await signing_in

    desk.do(story)
    assert desk.is_empty


def _give_up(work: "asyncio.Future[Linked]") -> None:
    work.cancel()


def test_a_file_of_another_program_needs_no_keyring(desk: Desk) -> None:
    desk.ring.refuses = "There is no keyring"
    linked = desk.sign_in(Method.FILE, options={"file": "/its/file"})
    assert linked.link.options == {"file": "/its/file"}
    again = desk.sign_in(Method.FILE, options={"file": "/its/file"})
    assert desk.links == (again.link,)
    assert desk.do(lambda linking: linking.secret(linked.link)) == ""
    assert desk.do(lambda linking: linking.another_secret(linked.link, "")) is None
    assert desk.do(lambda linking: linking.ask(linked.link)).who == "alice@example.com"
    desk.do(lambda linking: linking.unlink(linked.link.name))
    assert desk.links == ()


def test_unlinking_forgets_the_key_first(desk: Desk) -> None:
    linked = desk.link_with_key(name="Work")
    desk.ring.refuses = "The keyring stays locked"
    with pytest.raises(SecretsUnavailable):
        desk.do(lambda linking: linking.unlink("work"))
    assert desk.links == (linked.link,)
    desk.ring.refuses = ""
    desk.do(lambda linking: linking.unlink("work"))
    assert desk.is_empty


def test_what_is_not_linked_cannot_be_unlinked(desk: Desk) -> None:
    with pytest.raises(NoSuchLink) as said:
        desk.do(lambda linking: linking.unlink("work"))
    assert said.value.hint == "No account is linked."
    desk.link_with_key(name="Home")
    with pytest.raises(NoSuchLink) as said:
        desk.do(lambda linking: linking.unlink("work"))
    assert said.value.hint == "There are Home."


def test_accounts_of_kinds_that_are_unknown_stay_and_can_be_unlinked(desk: Desk) -> None:
    LinksFile(desk.folder / "links.toml").put(Link("new", "of-tomorrow", "https://t.example.com", Method.KEY))
    desk.ring.kept["new"] = KEY
    (link,) = desk.do(_links)
    with pytest.raises(UnknownKind, match="of-tomorrow"):
        desk.do(lambda linking: linking.ask(link))
    desk.do(lambda linking: linking.unlink("new"))
    assert desk.is_empty


async def _links(linking: Linking) -> tuple[Link, ...]:
    assert linking.title("of-tomorrow") == "of-tomorrow"
    assert linking.title("toll") == "Toll booth"
    assert linking.unknown() == ()
    return linking.links()
