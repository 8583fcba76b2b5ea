"""Says where another model answered than the one that was asked: in sentences, and as JSON values."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from tankful.core.served import ModelChange
from tankful.present import format as words
from tankful.present.exact import exact_or_none, instant
from tankful.present.working import folder_name
from tankful.sources.registry import by_id

SHOWN = 2
"""So many are told in full on the panel."""
_GOES_ON = timedelta(minutes=10)
_CENT = Decimal("0.01")


def change_remarks(changes: Sequence[ModelChange], now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """Return what the panel says of them."""
    said = [change_words(change, now, zone) for change in changes[:SHOWN]]
    if len(changes) > SHOWN:
        said.append(f"Another model answered in {words.counted(len(changes) - SHOWN, 'more session')} too; tankful doctor lists all.")
    return tuple(said)


def change_words(change: ModelChange, now: datetime, zone: tzinfo) -> str:
    """Return whose calls another model answered: which one, when, how many, and what that makes of the price."""
    source = by_id(change.agent)
    who = source.title if source is not None else change.agent or "An agent"
    where = f" in {folder_name(change.project)}" if change.project else ""
    return f"{who}{where} {_asked(change, now, zone)}."


def of_session(changes: Iterable[ModelChange], agent: str, session: str, now: datetime, zone: tzinfo) -> str:
    """Return what is said beside one session; empty where its models were those it asked for, as far as is known."""
    said = (_asked(change, now, zone) for change in changes if (change.agent, change.session) == (agent, session))
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in said)


def change_values(change: ModelChange) -> dict[str, object]:
    """Return one as JSON values."""
    return {
        "agent": change.agent,
        "session": change.session,
        "project": change.project,
        "asked": change.asked,
        "served": change.served,
        "first": instant(change.first),
        "last": instant(change.last),
        "calls": change.calls,
        "list_price_difference_usd": exact_or_none(change.difference),
        "told_by": change.account or "agent",
    }


def _asked(change: ModelChange, now: datetime, zone: tzinfo) -> str:
    return (
        f"asked for {_short(change.asked)}, got {_short(change.served)} {_when(change, now, zone)}:"
        f" {words.counted(change.calls, 'call')}{_price(change.difference)}"
    )


def _short(model: str) -> str:
    return model.rsplit("/", 1)[-1] or model


def _when(change: ModelChange, now: datetime, zone: tzinfo) -> str:
    first, last = _moment(change.first, now, zone), words.clock(change.last, zone)
    if change.calls == 1:
        return f"at {first}"
    if now - change.last < _GOES_ON:
        return f"since {first}"
    return f"from {first} to {last}"


def _moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    here = at.astimezone(zone).date()
    clock = words.clock(at, zone)
    return clock if here == now.astimezone(zone).date() else f"{clock} on {words.day(here)}"


def _price(difference: Decimal | None) -> str:
    if difference is None or abs(difference) < _CENT:
        return ""
    return f", about {words.money(abs(difference))} {'more' if difference > 0 else 'less'} by list price"
