"""Linked accounts in words: how each does, what it says is left, and what to do when it does not answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from urllib.parse import urlsplit

from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, Statement
from tankful.core.errors import WrongWords
from tankful.core.health import Condition
from tankful.core.links import Link, Method
from tankful.core.meter import Meter, binding
from tankful.core.pace import Tone
from tankful.present import format as words
from tankful.present.meters import severity_words

METHODS = {
    Method.KEY: "Paste a key",
    Method.BROWSER: "Sign in with the browser",
    Method.DEVICE: "Sign in with a code",
    Method.COMMAND_LINE: "Sign in with a code",
    Method.FILE: "Use its sign-in",
    Method.LOCAL: "Read its figures",
}
"""What signing in in each way says on its button."""
_AVAILABLE = {
    Method.BROWSER: "sign-in with the browser is available",
    Method.DEVICE: "sign-in with a code is available",
    Method.COMMAND_LINE: "sign-in with a code is available",
    Method.KEY: "it takes a key",
    Method.FILE: "the sign-in of another program on this machine is used",
    Method.LOCAL: "a program on this machine tells it",
}


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account as a card."""

    name: str
    kind: str
    """The kind and where it is: `LiteLLM · ai.example.com`."""
    letter: str
    tone: Tone
    lead: str
    """How it does, in the tone's colour."""
    rest: str
    details: tuple[str, ...]
    """Every budget and window, one each."""
    is_failing: bool


def account_views(states: tuple[AccountState, ...], titles: Mapping[str, str], now: datetime, zone: tzinfo) -> tuple[AccountView, ...]:
    """Return a card for each account; `titles` are the names of the kinds."""
    return tuple(_view(state, titles, now, zone) for state in states)


def _view(state: AccountState, titles: Mapping[str, str], now: datetime, zone: tzinfo) -> AccountView:
    link, health, said = state.link, state.health, state.statement
    kind = titles.get(link.kind, link.kind)
    host = urlsplit(link.url).netloc
    figures = "" if said is None else statement_words(said, zone)
    session = "linked until Tankful quits" if link.session_only else ""
    if health.condition is Condition.OK:
        asked = "" if health.as_of is None else f"asked {words.age(now - health.as_of)} ago"
        tone, lead, rest = Tone.CALM, _linked_as(link, said), _joined(asked, figures, session)
    elif health.condition is Condition.WAITING:
        tone, lead, rest = Tone.UNKNOWN, "Not asked yet", _joined(figures, session)
    else:
        old = f"The last figures ({figures}) are {_how_old(said, now)} old." if said is not None and figures else ""
        tone, lead, rest = Tone.WATCH, f"{health.title}.", " ".join(part for part in (health.hint, old) if part)
    return AccountView(
        name=link.name,
        kind=_joined(kind, host if host != link.name else ""),
        letter=kind[:1].upper(),
        tone=tone,
        lead=lead,
        rest=rest,
        details=() if said is None else (*statement_details(said, zone), *_difference(state)),
        is_failing=health.condition is Condition.FAILING,
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _linked_as(link: Link, said: Statement | None) -> str:
    who = link.who if said is None else said.who or link.who
    return f"Linked as {who}" if who else "Linked"


def _how_old(said: Statement | None, now: datetime) -> str:
    return "" if said is None else words.age(now - said.as_of)


def _difference(state: AccountState) -> tuple[str, ...]:
    if state.difference is None:
        return ()
    amount = state.difference.amount
    which = "more" if amount > 0 else "less"
    reasons = f": {', or '.join(state.difference.reasons)}" if state.difference.reasons else ""
    return (f"The gateway booked {words.money(abs(amount))} {which} than our own logs say{reasons}.",)


def linked_words(link: Link, said: Statement, zone: tzinfo) -> str:
    """Return `Linked as alice@example.com, $197.83 of $600 left, resets 1 Dec`."""
    return ", ".join(part for part in (_linked_as(link, said), statement_words(said, zone)) if part)


def statement_words(said: Statement, zone: tzinfo) -> str:
    """Return what matters most of a statement: `$197.83 of $600 left, resets 1 Dec`, `5 hours 41% used, week 63% used`; may be empty."""
    meant = _tightest(said.allocations)
    if meant is not None:
        return f"{_left(meant)}{_resets(meant, zone)}"
    return ", ".join(f"{window.title} {words.percent(window.used_percent / 100)} used" for window in said.windows)


def _tightest(allocations: tuple[Allocation, ...]) -> Allocation | None:
    """Return the budget that binds among these, as the gauge chooses it."""
    return next((meter.allocation for meter in binding([Meter(each) for each in allocations]) if meter.binding), None)


def _headroom(allocation: Allocation) -> Decimal:
    return (allocation.limit or Decimal(0)) - allocation.settled


def _left(allocation: Allocation) -> str:
    if allocation.limit is None:
        return f"{words.money(allocation.settled)} spent, no limit"
    left, limit = _headroom(allocation), words.round_money(allocation.limit)
    return f"{words.money(left)} of {limit} left" if left >= 0 else f"{words.money(-left)} over {limit}"


def _resets(allocation: Allocation, zone: tzinfo) -> str:
    if allocation.resets_at is None:
        return ""
    when = words.short_day(allocation.resets_at.astimezone(zone))
    return f", its reset of {when} is due" if allocation.resetting else f", resets {when}"


def _told(allocation: Allocation, zone: tzinfo) -> str:
    return "" if allocation.as_of is None else f", settled to {words.clock(allocation.as_of, zone)}"


def statement_details(said: Statement, zone: tzinfo) -> tuple[str, ...]:
    """Return every budget and window of a statement as a line, and how late the gateway books."""
    budgets = (
        f"{_scope(each)}: {_left(each)}{_resets(each, zone)}{_told(each, zone)}{'' if each.enforced else ' (not enforced)'}"
        f"{_marked(each.severity)}"
        for each in said.allocations
    )
    windows = (
        f"{window.title}: {words.percent(window.used_percent / 100)} used"
        + (
            ""
            if window.resets_at is None
            else f", resets {words.short_day(window.resets_at.astimezone(zone))} {words.clock(window.resets_at, zone)}"
        )
        + _marked(window.severity)
        for window in said.windows
    )
    late = said.books_within.total_seconds()
    books = (f"The gateway books spend within about {words.age(said.books_within)}.",) if late else ()
    nothing = ("The gateway has set no budget for you.",) if not said.allocations and not said.windows else ()
    return (*budgets, *windows, *nothing, *books)


def _marked(severity: str) -> str:
    return f", {said}" if (said := severity_words(severity)) else ""


def _scope(allocation: Allocation) -> str:
    return allocation.scope[:1].upper() + allocation.scope[1:]


def available_words(methods: tuple[Method, ...]) -> str:
    """Return what the best way to sign in is, for a kind that was found."""
    return _AVAILABLE[methods[0]] if methods else "there is no way to sign in"


def way_words(method: Method, file: str) -> str:
    """Return what a way to link would read, empty for one that reads nothing of another program."""
    if method is Method.FILE:
        return f"Reads the sign-in in {file} each time it asks, and sends it to its vendor only. Nothing in it is changed or kept."
    if method is Method.LOCAL:
        return f"Reads {file} each time it asks; nothing in it is changed or kept. No sign-in is used."
    return ""


def options_of(text: str) -> dict[str, str]:
    """Return what lines of `name=value` say.

    Raises:
        WrongWords: a line says no such thing.
    """
    options: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, equals, value = line.partition("=")
        if not name.strip() or not equals:
            raise WrongWords(f"“{line}” says nothing", "Write one name=value a line, such as spent=/data/spend.")
        options[name.strip()] = value.strip()
    return options
