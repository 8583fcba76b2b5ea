"""What a stretch of time cost, by agent and by project, and where a request for more may go."""

import re
from decimal import Decimal
from typing import NamedTuple

_HERE = r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?"
_WEB = re.compile(rf"(?:https://[^\s/?#@]+|{_HERE})(?:[/?#]\S*)?", re.IGNORECASE | re.ASCII)
_MAIL = re.compile(r"[^\s@?&,;:/<>\"]+@[^\s@?&,;:/<>\"]+")


class Part(NamedTuple):
    """What one agent or one project cost."""

    name: str
    """The agent's id, or the project's folder; empty when unknown."""
    cost: Decimal
    """Known dollars."""
    requests: int
    unpriced_requests: int


class Spending(NamedTuple):
    """All of a stretch of time on this machine, each way largest first."""

    agents: tuple[Part, ...] = ()
    projects: tuple[Part, ...] = ()


def is_web_address(text: str) -> bool:
    """Say whether something may be sent there: it is encrypted, or this machine itself, and holds no password."""
    return _WEB.fullmatch(text) is not None


def is_mail_address(text: str) -> bool:
    """Say whether a mail may be addressed to it, and nothing else can be hidden in it."""
    return _MAIL.fullmatch(text) is not None
