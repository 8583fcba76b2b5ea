import asyncio
import threading

import pytest

from rings import MemoryRing
from tankful.core.errors import SecretsUnavailable
from tankful.store.secrets import Secrets

CANARY = "sk-canary-4711"


def test_a_secret_is_kept_in_the_keyring_and_read_from_it_once() -> None:
    ring = MemoryRing()

    async def story() -> None:
        first = Secrets(ring)
        await first.keep("work", CANARY)
        first.close()
        second = Secrets(ring)
        assert await second.read("work") == CANARY
        assert await second.read("work") == CANARY
        second.close()

    asyncio.run(story())
    assert ring.kept == {"work": CANARY}
    assert ring.done[3:] == ["read work"]


def test_data_folders_of_ones_own_have_entries_of_their_own() -> None:
    ring = MemoryRing()

    async def story() -> None:
        for place in ("", "/tmp/a", "/tmp/b"):  # noqa: S108 - only a name
            secrets = Secrets(ring, place)
            assert await secrets.read("work") is None
            await secrets.keep("work", f"{CANARY}{place}")
            secrets.close()

    asyncio.run(story())
    assert list(ring.kept) == ["work", "work (/tmp/a)", "work (/tmp/b)"]


def test_a_secret_for_this_session_never_reaches_the_keyring() -> None:
    ring = MemoryRing()

    async def story() -> None:
        secrets = Secrets(ring)
        await secrets.keep("work", CANARY, session_only=True)
        assert secrets.is_unsaved("work")
        assert await secrets.read("work", anew=True) == CANARY
        await secrets.forget("work", session_only=True)
        assert not secrets.is_unsaved("work")
        secrets.close()

    asyncio.run(story())
    assert ring.done == []


def test_a_locked_keyring_is_left_alone_unless_somebody_may_be_asked() -> None:
    ring = MemoryRing({"work": CANARY}, locked=True)

    async def story() -> None:
        secrets = Secrets(ring)
        with pytest.raises(SecretsUnavailable, match="The keyring is locked"):
            await secrets.read("work")
        with pytest.raises(SecretsUnavailable, match="The keyring is locked"):
            await secrets.keep("work", "another")
        assert ring.kept == {"work": CANARY}
        assert await secrets.read("work", may_ask=True) == CANARY
        secrets.close()

    asyncio.run(story())


def test_opening_it_for_somebody_who_is_there_unlocks_it() -> None:
    ring = MemoryRing(locked=True)

    async def story() -> None:
        secrets = Secrets(ring)
        await secrets.ready()
        await secrets.keep("work", CANARY)
        secrets.close()

    asyncio.run(story())
    assert ring.kept == {"work": CANARY}


def test_a_keyring_that_only_pretends_to_keep_is_found_out() -> None:
    ring = MemoryRing(forgetful=True)

    async def story() -> None:
        secrets = Secrets(ring)
        with pytest.raises(SecretsUnavailable, match="did not keep the key"):
            await secrets.keep("work", CANARY)
        assert await secrets.read("work") is None
        secrets.close()

    asyncio.run(story())


def test_another_programs_change_is_seen_when_looked_for() -> None:
    ring = MemoryRing({"work": "old"})

    async def story() -> None:
        secrets = Secrets(ring)
        assert await secrets.read("work") == "old"
        ring.kept["work"] = "new"
        assert await secrets.read("work") == "old"
        assert await secrets.read("work", anew=True) == "new"
        assert await secrets.read("work") == "new"
        del ring.kept["work"]
        assert await secrets.read("work", anew=True) is None
        assert await secrets.read("work") is None
        secrets.close()

    asyncio.run(story())


def test_a_keyring_that_waits_for_a_window_is_not_waited_for_for_ever() -> None:
    ring = MemoryRing(hangs=threading.Event())

    async def story() -> None:
        secrets = Secrets(ring, quiet_s=0.05, asking_s=0.05)
        for work in (secrets.ready(), secrets.read("work"), secrets.forget("work"), secrets.keep("work", CANARY)):
            with pytest.raises(SecretsUnavailable, match="does not answer"):
                await work
        assert ring.hangs is not None
        ring.hangs.set()
        secrets.close()

    asyncio.run(story())
    assert ring.kept == {}


@pytest.mark.parametrize("before", [None, "old"])
def test_a_write_that_nobody_waits_for_any_more_is_taken_back(before: str | None) -> None:
    ring = MemoryRing({} if before is None else {"work": before})

    async def story() -> None:
        secrets = Secrets(ring)
        assert await secrets.read("nothing") is None
        ring.hangs = threading.Event()
        keeping = asyncio.ensure_future(secrets.keep("work", CANARY))
        while "read work" not in ring.done:  # noqa: ASYNC110 - the keyring's thread sets no event of this loop
            await asyncio.sleep(0.001)
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
        ring.hangs.set()
        secrets.close()

    asyncio.run(story())
    assert ring.kept == ({} if before is None else {"work": before})
    assert any(done.startswith("write") for done in ring.done)


def test_what_a_keyring_says_reaches_whoever_asked() -> None:
    ring = MemoryRing(refuses="The keyring stays locked")

    async def story() -> None:
        secrets = Secrets(ring)
        with pytest.raises(SecretsUnavailable, match="The keyring stays locked"):
            await secrets.forget("work")
        secrets.close()

    asyncio.run(story())


def test_the_thread_begins_when_it_is_needed_and_ends_when_it_is_closed() -> None:
    def threads() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == "tankful-keyring"]

    async def story() -> None:
        secrets = Secrets(MemoryRing())
        secrets.close()
        assert threads() == []
        await secrets.keep("work", CANARY)
        assert threads() == ["tankful-keyring"]
        secrets.close()

    asyncio.run(story())
    assert threads() == []
