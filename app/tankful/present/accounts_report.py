"""What `accounts` and `link` say: each account as lines of a terminal and as a JSON value."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, QuotaWindow, Statement
from tankful.core.pace import Tone
from tankful.present import format as words
from tankful.present.accounts import AccountView, account_views
from tankful.present.exact import exact_money, exact_or_none, instant, instant_or_none
from tankful.present.marks import MARKS
from tankful.present.status import Line, Piece, Role

SCHEMA = "tankful.accounts/1"
NOTHING = "No account is linked. Link one with `tankful link auto --url https://llm.example.com`."


def accounts_json(states: Sequence[AccountState]) -> dict[str, object]:
    """Return the accounts as `resources/schema/accounts.json` describes it; no secret is among it."""
    return {"schema": SCHEMA, "accounts": [_account(state) for state in states]}


def _account(state: AccountState) -> dict[str, object]:
    link, said = state.link, state.statement
    return {
        "account": link.name,
        "kind": link.kind,
        "url": link.url,
        "method": link.method.value,
        "who": link.who if said is None else said.who or link.who,
        "linked_at": instant_or_none(link.linked_at),
        "session_only": link.session_only,
        "condition": state.health.condition.value,
        "title": state.health.title,
        "hint": state.health.hint,
        "as_of": None if said is None else instant(said.as_of),
        "budgets": [] if said is None else [_budget(each, said) for each in said.allocations],
        "windows": [] if said is None else [_window(each) for each in said.windows],
        "books_within_s": None if said is None else round(said.books_within.total_seconds()),
    }


def _budget(allocation: Allocation, said: Statement) -> dict[str, object]:
    return {
        "scope": allocation.scope,
        "limit_usd": exact_or_none(allocation.limit),
        "settled_usd": exact_money(allocation.settled),
        "period_start": instant(allocation.period_start),
        "resets_at": instant_or_none(allocation.resets_at),
        "resetting": allocation.resetting,
        "enforced": allocation.enforced,
        "as_of": instant(said.said_at(allocation)),
    }


def _window(window: QuotaWindow) -> dict[str, object]:
    return {"title": window.title, "used_percent": round(float(window.used_percent), 2), "resets_at": instant_or_none(window.resets_at)}


def accounts_lines(
    states: Sequence[AccountState], titles: Mapping[str, str], unknown: Sequence[str], now: datetime, zone: tzinfo
) -> tuple[Line, ...]:
    """Return a block of lines for each account; `titles` are the names of the kinds, `unknown` what means nothing in the file."""
    lines: list[Line] = []
    for view in account_views(tuple(states), titles, now, zone):
        lines += [*_block(view), ()]
    if not lines:
        lines = [(Piece(NOTHING),), ()]
    remarks = [(Piece(f"{MARKS[Tone.WATCH]} {name} in links.toml means nothing.", Role.TONE, Tone.WATCH),) for name in unknown]
    return (*lines[:-1], *remarks)


def _block(view: AccountView) -> list[Line]:
    gap = " " if view.is_failing else ", "
    rest = f"{gap}{view.rest}" if view.rest else ""
    return [
        (Piece(view.name, Role.STRONG), Piece(f"  {view.kind}", Role.FAINT)),
        (Piece(f"  {MARKS[view.tone]} {view.lead}", Role.TONE, view.tone), Piece(rest)),
        *((Piece(f"    {detail}", Role.FAINT),) for detail in view.details),
    ]


def sign_in_words(url: str, code: str, until: datetime, zone: tzinfo) -> str:
    """Return what to do now: `Open https://… and type ABCD-EFGH there, until 14:02.`."""
    typed = f" and type {code} there" if code else " and sign in there"
    return f"Open {url}{typed}, until {words.clock(until, zone)}."


def named_words(said: Statement) -> str:
    """Return how an account is called, and how to undo linking it."""
    return f"The account is called {said.account}; `tankful unlink '{said.account}'` undoes this."
