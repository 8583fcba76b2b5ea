"""What a sign-in leaves behind: a token that runs out and another to renew it with; kept as one secret."""

from datetime import UTC, datetime

import msgspec

_MARK = "tankful-grant:"


class Grant(msgspec.Struct, frozen=True):
    """Tokens of an OAuth sign-in; never shown, never logged, written nowhere but to the keyring."""

    access: str
    expires_at: datetime
    refresh: str = ""
    endpoint: str = ""
    """Where to renew it."""
    client: str = ""
    """The client id it was given to."""
    resource: str = ""
    team: str = ""
    """Id of the team that it spends for, where the gateway says so."""

    def __repr__(self) -> str:
        """Say nothing of what is in it."""
        return "Grant(…)"

    def runs_out(self, now: datetime, within_s: float = 120) -> bool:
        """Say whether it has to be renewed now."""
        return (self.expires_at - now).total_seconds() < within_s

    def written(self) -> str:
        """Return it as the secret that the keyring holds."""
        return _MARK + msgspec.json.encode(self).decode()


def grant_of(secret: str) -> Grant | None:
    """Return the grant that a secret holds, `None` for a plain key."""
    if not secret.startswith(_MARK):
        return None
    try:
        grant = msgspec.json.decode(secret.removeprefix(_MARK), type=Grant)
    except ValueError:
        return Grant("", datetime.min.replace(tzinfo=UTC))  # damaged: it is refused, and the user signs in again
    return grant


def bearer(secret: str) -> str:
    """Return what to send as a bearer token."""
    grant = grant_of(secret)
    return secret if grant is None else grant.access
