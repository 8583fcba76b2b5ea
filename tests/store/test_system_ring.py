from typing import Any

import keyring.errors
import pytest
from keyring.backends import SecretService, fail, null

from tankful.core.errors import SecretsUnavailable
from tankful.store.system_ring import SERVICE, SystemRing, trusted

CANARY = "sk-canary-4711"


class Drawer:
    """Does what a backend does, and fails when told to; no `KeyringBackend`, which `keyring` would find everywhere in this process."""

    def __init__(self, error: Exception | None = None, copies: int = 1) -> None:
        self.error = error
        self.copies = copies
        self.kept: dict[tuple[str, str], list[str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return next(iter(self.kept.get((service, username), ())), None)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = [password] * self.copies

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        self.kept[service, username].pop()

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


class Chain:
    """What `keyring` settles on when there are several."""

    def __init__(self, *backends: Any) -> None:
        self.backends = backends


class PlaintextKeyring(Drawer):
    """Calls itself what the well-known backend that writes plain files is called."""


PlaintextKeyring.__module__ = "keyrings.alt.file"


def test_a_secret_is_kept_read_and_forgotten() -> None:
    drawer = Drawer()
    ring = SystemRing(lambda: drawer)
    ring.open()
    assert ring.read("work") is None
    ring.erase("work")
    ring.write("work", CANARY)
    assert drawer.kept == {(SERVICE, "work"): [CANARY]}
    assert ring.read("work") == CANARY
    ring.erase("work")
    assert ring.read("work") is None


def test_whether_it_would_ask_cannot_be_told_of_every_keyring() -> None:
    assert not SystemRing(Drawer).would_ask()


def test_every_copy_is_forgotten() -> None:
    drawer = Drawer(copies=3)
    ring = SystemRing(lambda: drawer)
    ring.write("work", CANARY)
    ring.erase("work")
    assert drawer.kept == {(SERVICE, "work"): []}


def test_a_keyring_that_does_not_let_go_is_said() -> None:
    ring = SystemRing(lambda: Drawer(copies=100))
    ring.write("work", CANARY)
    with pytest.raises(SecretsUnavailable, match="does not let go"):
        ring.erase("work")


@pytest.mark.parametrize(
    ("backend", "title"),
    [
        (fail.Keyring(), "There is no keyring"),
        (null.Keyring(), "The keyring is switched off"),
        (PlaintextKeyring(), "The keyring that is set up keeps keys in a plain file"),
        (Chain(PlaintextKeyring(), fail.Keyring()), "The keyring that is set up keeps keys in a plain file"),
        (Chain(), "There is no keyring"),
    ],
)
def test_no_key_goes_where_it_is_not_safe(backend: Any, title: str) -> None:
    ring = SystemRing(lambda: backend)
    for act in (ring.open, ring.would_ask, lambda: ring.read("work"), lambda: ring.write("work", CANARY), lambda: ring.erase("work")):
        with pytest.raises(SecretsUnavailable) as said:
            act()
        assert said.value.title == title
        assert "this session only" in said.value.hint


def test_the_first_safe_one_of_a_chain_is_used() -> None:
    drawer = Drawer()
    assert trusted(Chain(PlaintextKeyring(), drawer, Drawer())) is drawer


def test_of_several_safe_ones_the_one_that_says_whether_it_is_locked_is_used() -> None:
    service = SecretService.Keyring()
    assert trusted(Chain(Drawer(), service)) is service


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (keyring.errors.KeyringLocked(CANARY), "The keyring stays locked"),
        (keyring.errors.InitError(CANARY), "The keyring cannot be opened"),
        (keyring.errors.NoKeyringError(CANARY), "There is no keyring"),
        (keyring.errors.PasswordSetError(CANARY), "The keyring refuses to change the key"),
        (ConnectionResetError(CANARY), "The keyring failed (ConnectionResetError)"),
    ],
)
def test_what_goes_wrong_is_said_without_the_backends_own_words(error: Exception, title: str) -> None:
    ring = SystemRing(lambda: Drawer(error))
    for act in (ring.open, lambda: ring.read("work"), lambda: ring.write("work", CANARY), lambda: ring.erase("work")):
        with pytest.raises(SecretsUnavailable) as said:
            act()
        assert said.value.title == title
        assert said.value.hint
        assert CANARY not in f"{said.value!r} {said.value.hint} {said.value.__cause__!r}"
        assert said.value.__suppress_context__
