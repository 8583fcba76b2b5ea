"""The system's own keyring: Secret Service or KWallet, macOS's Keychain, Windows' Credential Manager; never a file of ours."""

import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from typing import Any

from tankful.core.errors import SecretsUnavailable
from tankful.store.parted_ring import PartedRing
from tankful.store.secrets import Ring

SERVICE = "tankful"
_WINDOWS_MOST = 1_200
"""Letters; Windows keeps 2,560 bytes of UTF-16 in an entry."""
_PLAIN = ("keyrings.alt.", "keyring.backends.null", "keyring.backends.fail")
"""What keeps keys in a file that anybody can read, or nowhere at all."""
_TELLS = "keyring.backends.SecretService"
"""The one that says whether it is locked."""
_SESSION_ONLY = "Or keep the key for this session only, in Tankful's settings window."
_MOST_COPIES = 9


def system_ring() -> Ring:
    """Return the keyring of this system; nothing is loaded or asked yet."""
    ring = SystemRing()
    return PartedRing(ring, _WINDOWS_MOST) if sys.platform == "win32" else ring


class SystemRing:
    """What the library `keyring` finds, as far as it keeps secrets secret."""

    def __init__(self, find: Callable[[], Any] | None = None) -> None:
        """`find` returns a backend of `keyring`, the system's own by default."""
        self._find = find or _found
        self._backend: Any = None

    def would_ask(self) -> bool:
        """Say whether it is locked, as far as that can be told: Secret Service tells, the others do not."""
        with _said():
            backend = self._chosen()
            if type(backend).__module__ != _TELLS:
                return False
            import secretstorage  # noqa: PLC0415 - on Linux alone, and only with a Secret Service

            with closing(secretstorage.dbus_init()) as bus:
                try:
                    return secretstorage.Collection(bus).is_locked()
                except secretstorage.ItemNotFoundException:
                    return True  # a first one would have to be made, and wants a password

    def open(self) -> None:
        """Unlock it, by reading what is not there."""
        with _said():
            self._chosen().get_password(SERVICE, "")

    def read(self, entry: str) -> str | None:
        """Return a secret."""
        with _said():
            return self._chosen().get_password(SERVICE, entry)

    def write(self, entry: str, secret: str) -> None:
        """Keep a secret."""
        with _said():
            self._chosen().set_password(SERVICE, entry, secret)

    def erase(self, entry: str) -> None:
        """Forget a secret, and copies that other programs may have made of it."""
        with _said():
            backend = self._chosen()
            for _ in range(_MOST_COPIES):
                if backend.get_password(SERVICE, entry) is None:
                    return
                backend.delete_password(SERVICE, entry)
        raise SecretsUnavailable("The keyring does not let go of the key", f"Remove {entry!r} of {SERVICE} in your keyring's own window.")

    def _chosen(self) -> Any:
        if self._backend is None:
            self._backend = trusted(self._find())
        return self._backend


def trusted(backend: Any) -> Any:
    """Return a backend, or the best of those it is a chain of, that keeps secrets secret.

    Raises:
        SecretsUnavailable: there is none.
    """
    chain: Iterable[Any] = getattr(backend, "backends", (backend,))
    refused: list[str] = []
    safe: list[Any] = []
    for each in chain:
        name = f"{type(each).__module__}.{type(each).__name__}"
        if name.startswith(_PLAIN):
            refused.append(name)
        else:
            safe.append(each)
    if safe:  # of several the one that tells whether it would ask; KWallet answers as a Secret Service too
        return next((each for each in safe if type(each).__module__ == _TELLS), safe[0])
    if any(name.startswith("keyrings.alt.") for name in refused):
        hint = "Tankful keeps no key in a file. Set up GNOME Keyring, KWallet or KeePassXC. " + _SESSION_ONLY
        raise SecretsUnavailable("The keyring that is set up keeps keys in a plain file", hint)
    if any(name.startswith("keyring.backends.null") for name in refused):
        raise SecretsUnavailable("The keyring is switched off", "PYTHON_KEYRING_BACKEND or keyringrc.cfg does that. " + _SESSION_ONLY)
    raise SecretsUnavailable("There is no keyring", "Start GNOME Keyring, KWallet or KeePassXC, then try again. " + _SESSION_ONLY)


def _found() -> Any:
    """Return what `keyring` settles on; it looks once, so a Secret Service that came later is looked for here."""
    import keyring  # noqa: PLC0415 - it is slow to load, and only whoever has an account needs it
    from keyring.backends import fail  # noqa: PLC0415 - same

    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring) and sys.platform == "linux" and "PYTHON_KEYRING_BACKEND" not in os.environ:
        from keyring.backends import SecretService  # noqa: PLC0415 - same

        if SecretService.Keyring.viable:
            return SecretService.Keyring()
    return backend


@contextmanager
def _said() -> Generator[None]:
    """Turn what keyrings raise into what can be shown; their own words may quote what was to be kept."""
    try:
        yield
    except SecretsUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - every backend raises its own
        raise _sentence(error) from None


def _sentence(error: Exception) -> SecretsUnavailable:
    match type(error).__name__:
        case "KeyringLocked" | "LockedException" | "PromptDismissedException":
            return SecretsUnavailable("The keyring stays locked", "Unlock it with its password, then try again. " + _SESSION_ONLY)
        case "InitError":
            hint = "It may need a first password that it cannot ask for here. " + _SESSION_ONLY
            return SecretsUnavailable("The keyring cannot be opened", hint)
        case "NoKeyringError":
            return SecretsUnavailable("There is no keyring", _SESSION_ONLY)
        case "PasswordSetError" | "PasswordDeleteError":
            return SecretsUnavailable("The keyring refuses to change the key", "Look into your keyring's own window. " + _SESSION_ONLY)
        case name:
            return SecretsUnavailable(f"The keyring failed ({name})", "Look whether it works for other programs. " + _SESSION_ONLY)
