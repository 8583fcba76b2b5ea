"""What is handed to the desktop: a notice in its last words, or that one is true no more."""

from typing import NamedTuple

from tankful.core.inbox import NoticeAction


class Announcement(NamedTuple):
    """A notice that is to be shown outside the windows; one with the key of an earlier one takes its place."""

    key: str
    title: str
    text: str
    buttons: tuple[tuple[NoticeAction, str], ...]
    urgency: str
    """`low`, `normal` or `critical`."""
    is_update: bool = False
    """It is worth showing only while the earlier one is still there."""


class Withdrawal(NamedTuple):
    """What was announced under this key is true no more."""

    key: str
