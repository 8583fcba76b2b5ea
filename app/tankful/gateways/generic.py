r"""Reads any gateway that answers a question about our spend with JSON, as the link's options describe the answer.

Each of `spent`, `limit`, `reset`, `start`, `unit` and `who` is a JSON pointer (RFC 6901) into the answer: `/data/spend`.

- `spent` (must be given): what is spent in this period.
- `limit`: the limit. Null, or no option: there is none. A number in place of the pointer is the limit itself: `limit=50`.
- `unit`: `dollars` (the default), `cents`, or how many units make a dollar, `500000`; or a pointer to one of these.
- `reset`: when the period ends: RFC 3339, a date, or seconds or milliseconds since 1970; a time without a zone is UTC.
- `start`: when it began. Without it the period is the `period` before the reset: `day`, `week`, `month` (the default), `year`;
  or, with `period` and without `reset`, the one of the calendar in UTC.
- `who`: whom the gateway takes us for.

How it is asked (nothing of it may be a key: that goes into the keyring):

- `path`: what comes behind the address, with a query if need be: `/v1/me/budget?currency=usd`.
- `header`: the header for the key, `Authorization` if not given; `prefix`: the word before the key, `Bearer` for
  `Authorization` and none for others.
- `scope`: the words for whose budget it is, `you` if not given; `books_within`: how many seconds it books late, 60 if not given.

A home-made broker whose answer is `{"alice": {"used": 1234, "cap": 5000, "until": "2026-12-01"}}`, in cents:

    tankful link generic --url https://broker.example.com --option path=/budget/alice \
        --option spent=/alice/used --option limit=/alice/cap --option unit=cents --option reset=/alice/until

any-llm's gateway tells what a user spent to its master key only. Where that key may be on this machine (else a broker asks for it):

    tankful link generic --url https://llm.example.com --option path=/v1/users/alice \
        --option header=X-AnyLLM-Key --option prefix=Bearer --option spent=/spend --option limit=50 \
        --option start=/budget_started_at --option reset=/next_budget_reset_at
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused, NotAllowed
from tankful.core.links import Method
from tankful.gateways.figures import LONG_AGO, begun, clock, dollars, instant, later, limit, number
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, Reply, refusal

KIND = "generic"
POINTERS = ("spent", "limit", "reset", "start", "unit", "who")
OPTIONS = (*POINTERS, "path", "header", "prefix", "period", "scope", "books_within")
"""Every option there is."""
_PERIODS = ("day", "week", "month", "year")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_PER_DOLLAR = {"dollars": Decimal(1), "dollar": Decimal(1), "usd": Decimal(1), "cents": Decimal(100), "cent": Decimal(100)}
_HINT = "Compare the option with what the gateway answers, and link it again with the right one."


class WrongOption(NotAllowed):
    """An option of the link cannot be what it says."""


async def _detect(_http: Http, _url: str) -> Detected | None:
    """Say nothing: it can be anything, so it has to be asked for by name."""
    return None


async def _fetch(asked: Asked) -> Statement | None:
    options = asked.link.options
    _check(options)
    header = options.get("header", "Authorization")
    prefix = options.get("prefix", "Bearer" if header.lower() == "authorization" else "")
    headers = {header: f"{prefix} {asked.secret}".strip()}
    if asked.tag:
        headers["If-None-Match"] = asked.tag
    reply = await asked.http.get(asked.link.url + options.get("path", ""), headers=headers)
    if reply.status == 304 and asked.tag:
        return None
    if reply.status != 200:
        raise refusal(reply)
    document = _document(reply)
    who = _at(document, options["who"]) if "who" in options else ""
    if not isinstance(who, str):
        raise GatewayConfused(f"The gateway's {_shown(options['who'])} is no name", _HINT)
    return Statement(
        asked.link.name,
        asked.now,
        who=who,
        allocations=(_allocation(asked, clock(reply.headers, asked.now), document),),
        books_within=timedelta(seconds=float(options.get("books_within", "60"))),
        tag=reply.headers.get("etag", ""),
        poll_after_s=reply.poll_after_s,
    )


def _allocation(asked: Asked, now: datetime, document: object) -> Allocation:
    options = asked.link.options
    per_dollar = _per_dollar(document, options.get("unit", "dollars"))
    most = options.get("limit")
    if most is None:
        cap = None
    elif _is_pointer(most):
        cap = limit(_at(document, most), _shown(most), per_dollar)
    else:
        cap = dollars(most, "limit", per_dollar)
    start, end = _period(now, document, options)
    return Allocation(
        account=asked.link.name,
        scope=options.get("scope", ScopeKind.YOU.value),
        limit=cap,
        settled=dollars(_at(document, options["spent"]), _shown(options["spent"]), per_dollar),
        period_start=start,
        resets_at=end,
        resetting=end is not None and end <= now,
    )


def _period(now: datetime, document: object, options: Mapping[str, str]) -> tuple[datetime, datetime | None]:
    start, end = (instant(_at(document, options[name]), _shown(options[name])) if name in options else None for name in ("start", "reset"))
    period = options.get("period", "month")
    if end is None and start is None and "period" in options:
        start = begun(now, period)
        end = later(start, 1, period)
    if start is None:
        start = LONG_AGO if end is None else later(end, -1, period)
    return start, end


def _per_dollar(document: object, unit: str) -> Decimal:
    named = _at(document, unit) if _is_pointer(unit) else unit
    known = _PER_DOLLAR.get(named.lower()) if isinstance(named, str) else None
    if known is not None:
        return known
    amount = number(named, _shown(unit) if _is_pointer(unit) else "unit")
    if amount <= 0:
        raise GatewayConfused(f"The gateway's {_shown(unit)} is no unit of money", _HINT)
    return amount


def _check(options: Mapping[str, str]) -> None:
    """Raise `WrongOption` for what cannot be, whatever the gateway answers."""
    unknown = sorted(options.keys() - set(OPTIONS))
    if unknown:
        raise WrongOption(f"There is no option {unknown[0]}", f"There are {', '.join(OPTIONS)}.")
    if "spent" not in options:
        raise WrongOption("The option spent is missing", "It says where in the answer the spend is: spent=/data/spend")
    for name in POINTERS:
        pointer = options.get(name, "")
        if pointer and not _is_pointer(pointer) and name not in {"limit", "unit"}:
            raise WrongOption(f"The option {name} is no JSON pointer", f"It begins with a slash: {name}=/data/{name}")
    # Anything else behind the address could name another host, which would be sent the key.
    if not re.fullmatch(r"(?:[/?][\x21-\x7e]*)?", options.get("path", "")):
        raise WrongOption("The option path is no path", "It begins with a slash: path=/v1/me/budget")
    if not _HEADER.fullmatch(options.get("header", "Authorization")):
        raise WrongOption("The option header is no name of a header", "It is one word: header=X-Api-Key")
    if not re.fullmatch(r"[\x21-\x7e]*", options.get("prefix", "")):
        raise WrongOption("The option prefix is no word", "It is one word: prefix=Bearer")
    if options.get("period", "month") not in _PERIODS:
        raise WrongOption("The option period is no period", f"It is one of {', '.join(_PERIODS)}.")
    if not re.fullmatch(r"[0-9]{1,6}", options.get("books_within", "60")):
        raise WrongOption("The option books_within is no number of seconds", "It is a whole number: books_within=60")


def _document(reply: Reply) -> object:
    """Return the answer with exact numbers; NaN, which is no JSON but is sent, is met where it stands."""
    if reply.is_page:
        raise refusal(reply)
    try:
        return json.loads(reply.body, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise GatewayConfused("The gateway's answer is no JSON", "Check the address and the option path.") from None


def _is_pointer(text: str) -> bool:
    return text == "" or text.startswith("/")


def _shown(pointer: str) -> str:
    return pointer or "whole answer"


def _at(document: object, pointer: str) -> Any:
    """Return what a JSON pointer points to (RFC 6901 §4).

    Raises:
        GatewayConfused: there is nothing there.
    """
    found = document
    for written in pointer.split("/")[1:]:
        word = written.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and word in found:
            found = cast("dict[str, object]", found)[word]
        elif isinstance(found, list) and re.fullmatch(r"0|[1-9]\d{0,8}", word) and int(word) < len(cast("list[object]", found)):
            found = cast("list[object]", found)[int(word)]
        else:
            raise GatewayConfused(f"There is no {pointer} in the gateway's answer", _HINT)
    return found


GATEWAY = Gateway(
    kind=KIND,
    title="Any gateway that answers with JSON",
    is_any=True,
    methods=(Method.KEY,),
    detect=_detect,
    fetch=_fetch,
    options=OPTIONS,
    hint="Say with options where in the answer the figures are: --option spent=/data/spend --option limit=/data/limit",
)
