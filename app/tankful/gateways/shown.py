"""Makes what a gateway calls people and things fit to be shown: one line, not too long, nothing that turns other words around, no key."""

import re
from dataclasses import replace

from tankful.core.allocation import Banner, Statement
from tankful.gateways.grants import bearer
from tankful.gateways.scopes import told_apart

_LONGEST = 60
_END = 20
"""What tells names apart often stands at their end."""
_LONGEST_MESSAGE = 600
_MOST_LINES = 12
_HIDDEN = "…"
_LEAST_SECRET = 6
"""Anything shorter is in ordinary words, too."""
_STRONG = re.compile(r"(\*\*|__)(\S(?:.*?\S)?)\1")
_LINKED = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")


def one_line(text: str) -> str:
    """Return a name without line breaks, control signs and signs that turn the writing around; of a long one both ends."""
    words = _plain(text)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - _END - 1]}…{words[-_END:]}"


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def statement_shown(said: Statement, secret: str) -> Statement:
    """Return what a gateway said with names that can be shown; a gateway that tells the key back does not make us show it."""

    def shown(text: str) -> str:
        return one_line(_without(text, secret))

    return replace(
        said,
        who=shown(said.who),
        allocations=told_apart(replace(each, scope=shown(each.scope)) for each in said.allocations),
        windows=tuple(replace(each, title=shown(each.title)) for each in said.windows),
    )


def banner_shown(banner: Banner, secret: str) -> Banner:
    """Return an administrator's message as plain text that leaves room on a screen; what links lead to stays readable."""
    lines = (_plain(line) for line in _without(banner.text, secret).splitlines())
    text = "\n".join([line for line in lines if line][:_MOST_LINES])
    text = _LINKED.sub(r"\1 (\2)", _STRONG.sub(r"\2", text))
    return replace(banner, text=text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…")


def _without(text: str, secret: str) -> str:
    key = bearer(secret)
    return text.replace(key, _HIDDEN) if len(key) >= _LEAST_SECRET else text
