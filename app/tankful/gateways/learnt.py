"""Keeps with a statement what a gateway need not be asked for again for a while."""

from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from tankful.gateways.gateway import Asked

T = TypeVar("T")

FOR = timedelta(minutes=10)
"""What changes seldom is asked for so often."""


def kept(asked: Asked, shape: type[T], lasts: timedelta = FOR) -> tuple[T, dict[str, str]] | None:
    """Return what the last statement kept, unless it is too old or the clock was set back; and the same to be kept on."""
    learnt = {} if asked.last is None else dict(asked.last.learnt)
    if not learnt or not timedelta(0) <= asked.now - datetime.fromisoformat(learnt["at"]) < lasts:
        return None
    return msgspec.json.decode(learnt["what"], type=shape), learnt


def to_keep(asked: Asked, what: object) -> dict[str, str]:
    """Return something as the `learnt` of a statement, told now."""
    return {"at": asked.now.isoformat(), "what": msgspec.json.encode(what).decode()}
