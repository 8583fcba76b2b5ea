"""Looks at what the user says of a link beside its key: nothing of it is kept in the keyring, so no key may be in it."""

from collections.abc import Mapping

from tankful.core.errors import TankfulError
from tankful.core.secret_words import looks_secret

_IDS = frozenset({"file", "team", "scope"})
"""What these hold may look like chance: Vercel's ids of teams, folders that programs make."""


class SecretInOption(TankfulError):
    """An option of a link holds what looks like a key; options are kept in a plain file."""


def without_secrets(options: Mapping[str, str] | None) -> dict[str, str]:
    """Return the options. Raises `SecretInOption`, which names the option and nothing of what is in it."""
    for name, value in (options or {}).items():
        if looks_secret(f"{name}={value}", may_hold_ids=name in _IDS):
            hint = "Options are kept in a plain file: leave it out there, and give it as the key, which goes into the keyring."
            title = "An option" if looks_secret(name) else f"The option {name}"
            raise SecretInOption(f"{title} holds what looks like a key", f"{hint} header and prefix say how the key is sent.")
    return dict(options or {})
