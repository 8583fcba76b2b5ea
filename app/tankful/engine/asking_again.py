"""Remembers in the ledger when each gateway may be asked again, for commands, which live for a moment only."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tankful.core.errors import GatewayBusy, TankfulError

if TYPE_CHECKING:
    from tankful.core.allocation import Statement
    from tankful.store.ledger import Ledger

_LONGEST = timedelta(days=1)
"""Longer than this no gateway is taken to want to be left alone; and a clock that was set back silences none for longer."""


def may_be_asked(ledger: "Ledger", account: str, said: "Statement | None", least_s: float, now: datetime) -> bool:
    """Say whether an account may be asked now: not within `least_s` seconds of the last time, nor sooner than its gateway wants."""
    if left_alone_until(ledger, account, now) is not None:
        return False
    asked = ledger.fact(f"asked {account}")
    times = [datetime.fromisoformat(asked)] if asked else []
    times += [said.as_of] if said is not None else []
    wait_s = max(least_s, (said.poll_after_s or 0) if said is not None else 0)
    return not times or abs((now - max(times)).total_seconds()) >= wait_s


def left_alone_until(ledger: "Ledger", account: str, now: datetime) -> datetime | None:
    """Return until when a gateway wants to be left alone; `None`: it may be asked."""
    told = ledger.fact(f"busy {account}")
    until = datetime.fromisoformat(told) if told else now
    return until if timedelta(0) < until - now <= _LONGEST else None


def note_asked(ledger: "Ledger", account: str, now: datetime) -> None:
    """Remember that an account is asked now."""
    ledger.keep_fact(f"asked {account}", now.isoformat())


def forget_asked(ledger: "Ledger", account: str) -> None:
    """Remember that an account was not asked after all: its key could not be had."""
    ledger.keep_fact(f"asked {account}", "")


def wished_until(error: TankfulError, now: datetime) -> datetime | None:
    """Return until when a gateway that answers so wants to be left alone; `None`: it does not say."""
    if not isinstance(error, GatewayBusy) or error.retry_after_s is None:
        return None
    return now + timedelta(seconds=min(max(error.retry_after_s, 0), _LONGEST.total_seconds()))


def note_answer(ledger: "Ledger", account: str, until: datetime | None) -> None:
    """Remember until when a gateway wants to be left alone; an answer that says nothing of it ends an earlier wish."""
    name = f"busy {account}"
    if until is not None or ledger.fact(name):
        ledger.keep_fact(name, "" if until is None else until.isoformat())
