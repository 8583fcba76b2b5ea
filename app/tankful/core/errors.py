"""Failures that are expected: each says what happened and what to do about it."""


class TankfulError(Exception):
    """An expected failure; `title` says what happened, `hint` what the user can do."""

    def __init__(self, title: str, hint: str = "") -> None:
        """Keep both sentences; neither ever holds a secret or anything of a prompt."""
        super().__init__(title)
        self.title = title
        self.hint = hint


class SettingsUnreadable(TankfulError):
    """The settings file cannot be read or holds a value that is not allowed."""


class PolicyUnreadable(TankfulError):
    """The organisation's policy cannot be read, is not its administrator's, or holds what is not allowed; it counts for nothing then."""


class LedgerUnusable(TankfulError):
    """The ledger cannot be opened or written."""


class LedgerUnwritable(LedgerUnusable):
    """The ledger or its folder may not be written; it may well be there and readable."""


class DiskFull(LedgerUnwritable):
    """There is no room for anything new; what the ledger holds can be read."""


class LedgerDamaged(TankfulError):
    """The ledger was found broken while in use; it was moved aside and an empty one takes its place."""


class LinksUnreadable(TankfulError):
    """The file of linked accounts cannot be read or written, or an account in it lacks what it needs."""


class WrongWords(TankfulError):
    """The command line asked for something that does not exist."""


class NoDisplay(TankfulError):
    """There is no display that a window could be shown on."""


class GatewayError(TankfulError):
    """A gateway could not be read; the last good numbers stay. Neither sentence ever holds a secret."""


class GatewayUnreachable(GatewayError):
    """No answer: no network, no VPN, a wrong certificate, too slow."""


class GatewayConfused(GatewayError):
    """An answer that is none: HTML, a cut or huge body, a value of the wrong type, another kind of gateway."""


class GatewayBusy(GatewayError):
    """It asks to be left alone (429, 503)."""

    def __init__(self, title: str, hint: str = "", retry_after_s: float | None = None) -> None:
        """Keep how long, when it says so."""
        super().__init__(title, hint)
        self.retry_after_s = retry_after_s


class LinkRejected(GatewayError):
    """The key or sign-in is unknown, expired or blocked: the user has to link again."""


class NotAllowed(GatewayError):
    """The key may not read this: it is valid, and signing in again would not help."""


class SecretsUnavailable(TankfulError):
    """There is no keyring, or it is locked or does not answer."""
