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


class LedgerUnusable(TankfulError):
    """The ledger cannot be opened or written: disk full, no permission."""


class LedgerUnwritable(LedgerUnusable):
    """The ledger or its folder may not be written; it may well be there and readable."""


class LedgerDamaged(TankfulError):
    """The ledger was found broken while in use; it was moved aside and an empty one takes its place."""


class WrongWords(TankfulError):
    """The command line asked for something that does not exist."""


class NoDisplay(TankfulError):
    """There is no display that a window could be shown on."""
