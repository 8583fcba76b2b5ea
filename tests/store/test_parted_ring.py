from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rings import MemoryRing
from tankful.core.errors import SecretsUnavailable
from tankful.store.parted_ring import PartedRing

MOST = 10


@given(secrets=st.lists(st.text(max_size=45), max_size=6))
def test_secrets_of_any_length_come_back_whole_and_leave_nothing_behind(secrets: list[str]) -> None:
    beneath = MemoryRing()
    ring = PartedRing(beneath, MOST)
    for secret in secrets:
        ring.write("work", secret)
        assert ring.read("work") == secret
        assert all(len(part) <= max(MOST, len("tankful-parts:a99")) for part in beneath.kept.values())
        assert len(beneath.kept) <= 1 + len(secret) / MOST + 1
    ring.erase("work")
    assert beneath.kept == {}


def test_a_short_secret_is_one_entry() -> None:
    beneath = MemoryRing()
    PartedRing(beneath, MOST).write("work", "short")
    assert beneath.kept == {"work": "short"}


def test_what_looks_like_parts_is_a_secret_like_any_other() -> None:
    ring = PartedRing(MemoryRing(), 100)
    ring.write("work", "tankful-parts:a3")
    assert ring.read("work") == "tankful-parts:a3"


@pytest.mark.parametrize("written", [0, 1, 2, 3])
def test_a_write_that_is_cut_off_leaves_the_secret_before(written: int) -> None:
    beneath = Failing(written)
    ring = PartedRing(beneath, MOST)
    ring.write("work", "first secret in parts")
    beneath.armed = True
    with pytest.raises(SecretsUnavailable):
        ring.write("work", "a second secret that is longer")
    beneath.armed = False
    assert ring.read("work") == "first secret in parts"
    ring.write("work", "third")
    assert beneath.kept == {"work": "third"}


def test_a_part_that_is_gone_makes_no_secret() -> None:
    beneath = MemoryRing()
    ring = PartedRing(beneath, MOST)
    ring.write("work", "a secret in several parts")
    del beneath.kept["work, part a2"]
    assert ring.read("work") is None
    ring.erase("work")
    assert beneath.kept == {}


def test_a_reader_follows_a_writer_that_moves_the_parts_meanwhile() -> None:
    beneath = Moving()
    ring = PartedRing(beneath, MOST)
    ring.write("work", "a secret in several parts")
    beneath.between = iter([lambda: ring.write("work", "another secret in several parts")])
    assert ring.read("work") == "another secret in several parts"


def test_it_asks_and_opens_as_the_keyring_beneath() -> None:
    beneath = MemoryRing(locked=True)
    ring = PartedRing(beneath, MOST)
    assert ring.would_ask()
    ring.open()
    assert not ring.would_ask()


class Failing(MemoryRing):
    """Keeps so many entries once it is armed, then none."""

    def __init__(self, written: int) -> None:
        super().__init__()
        self.left = written
        self.armed = False

    def write(self, entry: str, secret: str) -> None:
        if self.armed:
            self.left -= 1
            if self.left < 0:
                raise SecretsUnavailable("The keyring is full")
        super().write(entry, secret)


class Moving(MemoryRing):
    """Lets another program act after the first read."""

    between: Iterator[object] = iter(())

    def read(self, entry: str) -> str | None:
        found = super().read(entry)
        with suppress(StopIteration):
            act = next(self.between)
            assert callable(act)
            act()
        return found
