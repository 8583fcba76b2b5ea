"""Our connections to gateways and vendors; the secret itself is in the keyring, never here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Method(StrEnum):
    """How the user signed in."""

    KEY = "key"
    """A key that was pasted."""
    BROWSER = "browser"
    """OAuth 2.1 code with PKCE on a loopback redirect."""
    DEVICE = "device"
    """RFC 8628 device code."""
    COMMAND_LINE = "command-line"
    """LiteLLM's older polling."""
    FILE = "file"
    """Another program's own credentials, in a file that the user was shown and agreed to; read afresh each time, kept nowhere."""
    LOCAL = "local"
    """No credentials: what a program on this machine says of itself."""

    @property
    def keeps_secret(self) -> bool:
        """Whether there is a secret in the keyring."""
        return self not in {Method.FILE, Method.LOCAL}


@dataclass(frozen=True, slots=True)
class Link:
    """One linked account."""

    name: str
    """Unique, chosen or made from the address: `llm.example.com`."""
    kind: str
    url: str
    """Without a path that the gateway's own endpoints lie beside (`/v1`), without user, query or fragment."""
    method: Method
    who: str = ""
    """Whom the gateway took us for when linking."""
    linked_at: datetime | None = None
    session_only: bool = False
    """Its secret was kept until the program ends: the keyring has nothing of it."""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """What only this kind knows: JSON pointers of a generic one, the file of a quota source, the team of a key."""
