import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linking_rig import Desk, opened_desk
from tankful.core.errors import (
    GatewayError,
    LinkRejected,
    LinksUnreadable,
    SecretsUnavailable,
    TankfulError,
)
from tankful.engine.alone import alone
from tankful.engine.linking import Linking
from tankful.gateways.grants import bearer
from tankful.store.file_lock import FileLock
from toll_gateway import KEY


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as desk:
        yield desk


def test_a_key_that_is_gone_from_the_keyring_is_said(desk: Desk) -> None:
    link = desk.link_with_key().link
    desk.ring.kept.clear()
    with pytest.raises(LinkRejected, match="No key is kept for"):
        desk.do(lambda linking: linking.secret(link))


def test_reading_in_the_background_never_brings_up_a_window(desk: Desk) -> None:
    link = desk.link_with_key().link
    desk.ring.locked = True
    with pytest.raises(SecretsUnavailable, match="The keyring is locked"):
        desk.do(lambda linking: linking.secret(link))

    async def with_somebody_there(linking: Linking) -> str:
        await linking.unlock()
        return await linking.secret(link)

    assert desk.do(with_somebody_there) == KEY


def test_a_key_that_another_program_links_anew_is_read_anew(desk: Desk) -> None:
    async def story(linking: Linking) -> None:
        old = (await linking.with_key(desk.found, KEY, name="work")).link
        assert await linking.secret(old) == KEY
        desk.booth.keys = {"newer"}
        desk.now += timedelta(minutes=1)
        other = desk.linking()
        await other.with_key(desk.found, "newer", name="work")
        other.close()
        assert await linking.secret(linking.link("work")) == "newer"

    desk.do(story)


def test_a_grant_is_renewed_before_it_runs_out_and_kept_before_it_is_used(desk: Desk) -> None:
    link = desk.sign_in().link
    kept_meanwhile: list[str] = []
    desk.booth.on_token = lambda: kept_meanwhile.append(bearer(desk.ring.kept[link.name]))

    async def story(linking: Linking) -> None:
        assert bearer(await linking.secret(link)) == "access-1"
        desk.now += timedelta(minutes=59)
        assert bearer(await linking.secret(link)) == "access-2"
        assert bearer(desk.ring.kept[link.name]) == "access-2"
        assert bearer(await linking.secret(link)) == "access-2"

    desk.do(story)
    assert kept_meanwhile == ["access-1"]
    assert [seen.form["refresh"] for seen in desk.server.asked("/token")] == ["none", "refresh-1"]


def test_many_programs_at_once_renew_a_grant_once(desk: Desk) -> None:
    link = desk.sign_in().link
    desk.now += timedelta(minutes=59)

    async def story() -> None:
        programs = [desk.linking() for _ in range(6)]
        try:
            secrets = await asyncio.gather(*(program.secret(link) for program in programs))
        finally:
            for program in programs:
                program.close()
        assert {bearer(secret) for secret in secrets} == {"access-2"}

    asyncio.run(story())
    assert len(desk.server.asked("/token")) == 2


def test_a_grant_that_cannot_be_renewed_just_now_is_used_while_it_holds(desk: Desk) -> None:
    link = desk.sign_in().link
    desk.booth.instead = {"/token": (503, {}, "")}
    desk.now += timedelta(minutes=59)
    assert bearer(desk.do(lambda linking: linking.secret(link))) == "access-1"
    desk.now += timedelta(minutes=2)
    with pytest.raises(GatewayError, match="left alone"):
        desk.do(lambda linking: linking.secret(link))
    desk.booth.instead = {}
    assert bearer(desk.do(lambda linking: linking.secret(link))) == "access-2"


def test_a_sign_in_that_has_ended_is_said(desk: Desk) -> None:
    link = desk.sign_in().link
    desk.booth.turn = 7
    desk.now += timedelta(hours=2)
    with pytest.raises(LinkRejected, match="The sign-in has ended"):
        desk.do(lambda linking: linking.secret(link))


def test_a_grant_renewed_while_the_keyring_is_locked_is_not_lost(desk: Desk) -> None:
    link = desk.sign_in().link

    async def story(linking: Linking) -> None:
        await linking.secret(link)
        desk.now += timedelta(minutes=59)
        desk.booth.on_token = lambda: setattr(desk.ring, "refuses", "The keyring stays locked")
        assert bearer(await linking.secret(link)) == "access-2"
        assert bearer(desk.ring.kept[link.name]) == "access-1"
        assert bearer(await linking.secret(link)) == "access-2"
        desk.ring.refuses = ""
        assert bearer(await linking.secret(link)) == "access-2"
        assert bearer(desk.ring.kept[link.name]) == "access-2"

    desk.do(story)


def test_quitting_in_the_middle_of_a_renewal_does_not_lose_it(desk: Desk) -> None:
    link = desk.sign_in().link
    desk.now += timedelta(minutes=59)

    async def story(linking: Linking) -> None:
        reading = asyncio.ensure_future(linking.secret(link))
        loop = asyncio.get_running_loop()
        desk.booth.on_token = lambda: asyncio.run_coroutine_threadsafe(_cancel(reading), loop).result(20)
        with pytest.raises(asyncio.CancelledError):
            await reading

    desk.do(story)
    assert bearer(desk.ring.kept[link.name]) == "access-2"


async def _cancel(task: "asyncio.Future[str]") -> None:
    task.cancel()


def test_a_refused_secret_is_looked_for_anew_and_renewed_once_before_anybody_signs_in_again(desk: Desk) -> None:
    link = desk.sign_in().link
    old = desk.ring.kept[link.name]

    async def story(linking: Linking) -> None:
        assert await linking.secret(link) == old
        other = desk.linking()
        newer = await other.another_secret(link, old)
        other.close()
        assert newer is not None
        assert bearer(newer) == "access-2"
        assert await linking.another_secret(link, old) == newer
        desk.booth.turn = 7
        assert await linking.another_secret(link, newer) is None

    desk.do(story)


def test_a_refused_key_is_not_tried_for_ever(desk: Desk) -> None:
    link = desk.link_with_key().link
    desk.booth.keys.clear()
    with pytest.raises(LinkRejected, match="does not accept the key"):
        desk.do(lambda linking: linking.ask(link))
    assert len(desk.server.asked("/me")) == 2


def test_a_sign_in_that_the_gateway_forgot_too_early_is_renewed_when_asked(desk: Desk) -> None:
    link = desk.sign_in().link
    desk.booth.instead = {}
    desk.ring.kept[link.name] = desk.ring.kept[link.name].replace("access-1", "access-0")
    assert desk.do(lambda linking: linking.ask(link)).who == "alice@example.com"
    assert bearer(desk.ring.kept[link.name]) == "access-2"


def test_an_error_without_a_key_in_it_everywhere(desk: Desk) -> None:
    desk.link_with_key()
    text = "".join(path.read_text() for path in desk.folder.iterdir())
    assert KEY not in text


def test_a_lock_that_is_never_given_back_ends_in_a_sentence(desk: Desk) -> None:
    lock = FileLock(desk.folder / "links.lock")
    assert lock.try_take()

    async def story() -> None:
        async with alone(desk.folder / "links.lock", wait_s=0.1):
            raise AssertionError

    with pytest.raises(LinksUnreadable, match="Another Tankful is busy"):
        asyncio.run(story())
    lock.give_back()


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.folder.write_text("a file where the folder should be")
    with pytest.raises(TankfulError, match=r"cannot be (read|written)"):
        desk.link_with_key()
    assert desk.ring.kept == {}
