"""Remembers in the ledger why an account could not be read last, for commands and for the next start."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from tankful.core.errors import GatewayError, TankfulError

if TYPE_CHECKING:
    from tankful.store.ledger import Ledger


def note_failure(ledger: "Ledger", account: str, error: TankfulError, now: datetime) -> None:
    """Remember what was met now."""
    ledger.keep_fact(_name(account), failure_text(error, now))


def forget_failure(ledger: "Ledger", account: str) -> None:
    """Remember that an account was answered, or is another one now."""
    ledger.keep_fact(_name(account), "")


def last_failure(ledger: "Ledger", account: str) -> TankfulError | None:
    """Return what whichever program met last; `None`: the account was answered, or never asked."""
    kept = ledger.fact(_name(account))
    return failure_of(kept)[0] if kept else None


def failure_text(error: TankfulError | None, at: datetime) -> str:
    """Return a failure, or that there is none, as it is kept."""
    title, hint = ("", "") if error is None else (error.title, error.hint)
    return json.dumps([title, hint, at.isoformat()])


def failure_of(kept: str) -> tuple[TankfulError | None, datetime]:
    """Return what such a text says, and when that was."""
    title, hint, at = json.loads(kept)
    return GatewayError(title, hint) if title else None, datetime.fromisoformat(at)


def _name(account: str) -> str:
    return f"failed {account}"
