"""The usage report: as a JSON value, as lines of CSV, and as a table for people."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tankful.core.health import Condition, FeedHealth
from tankful.core.report import By, UsageRow, total_of
from tankful.present import format as words
from tankful.present.exact import exact_or_none

SCHEMA = "tankful.usage/1"
_BUCKETS = ("input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning")
_FORMULA = re.compile(r"[=\uff1d]|[-+@\uff0b\uff0d\uff20].*[(|!]", re.DOTALL)
"""What spreadsheets take for one, in Japanese and Chinese ones the full-width signs too; a model may well be called `@cf/meta/llama`."""
_TITLES = {By.DAY: "Day", By.AGENT: "Agent", By.MODEL: "Model", By.PROJECT: "Project", By.SESSION: "Session"}
_FIGURES = ("Requests", "Input", "Output", "Cache read", "Cache write", "Cost")


class UsageTable(NamedTuple):
    """A report for people; the first `names` columns are text, the others figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    names: int
    remarks: tuple[str, ...]


def usage_json(rows: Sequence[UsageRow], by: Sequence[By], timezone: str, feeds: Sequence[FeedHealth]) -> dict[str, object]:
    """Return the report as `resources/schema/usage.json` describes it."""
    return {
        "schema": SCHEMA,
        "timezone": timezone,
        "rows": [{key.value: _key(row, key) for key in by} | _figures(row) for row in rows],
        "totals": _figures(total_of(rows)),
        "sources": [_source(feed) for feed in feeds],
    }


def usage_csv(rows: Sequence[UsageRow], by: Sequence[By]) -> list[list[str]]:
    """Return a heading and one line for each row, with the same names and values as in JSON; an unknown cost is empty.

    Names come from logs and from whoever answered the agent: one that a spreadsheet would work out has an apostrophe before it.
    """
    heading = [key.value for key in by]
    lines = [[*heading, "requests", *_BUCKETS, "cost_usd", "cost_basis", "unpriced_requests"]]
    for row in rows:
        counts = [str(getattr(row.tokens, bucket)) for bucket in _BUCKETS]
        cost = exact_or_none(row.cost) or ""
        names = (f"'{name}" if _FORMULA.match(name) else name for name in (_key(row, key) for key in by))
        lines.append([*names, str(row.requests), *counts, cost, row.basis.value, str(row.unpriced_requests)])
    return lines


def usage_table(rows: Sequence[UsageRow], by: Sequence[By], feeds: Sequence[FeedHealth]) -> UsageTable:
    """Return the report as a table with its total, and what a reader must know about the figures."""
    total = total_of(rows)
    headings = tuple(_TITLES[key] for key in by)
    blank = ("",) * max(0, len(by) - 1)
    return UsageTable(
        headings=(*headings, *_FIGURES),
        rows=tuple((*(_shown(row, key) for key in by), *_cells(row)) for row in rows) if by else (),  # the total is all there is to say
        total=(*(("Total", *blank) if by else ()), *_cells(total)),
        names=len(by),
        remarks=(*_remarks(total), *_of_feeds(feeds)),
    )


def _of_feeds(feeds: Sequence[FeedHealth]) -> tuple[str, ...]:
    """Return what is the matter with agents; those that were never used here are not worth a word, unless all are."""
    if feeds and all(feed.condition is Condition.WAITING for feed in feeds):
        return ("No agent was used here yet; `tankful sources --all` says where is looked.",)
    return tuple(f"{feed.title}. {feed.hint}".strip() for feed in feeds if feed.title and feed.condition is not Condition.WAITING)


def _figures(row: UsageRow) -> dict[str, object]:
    return {
        "requests": row.requests,
        "tokens": {bucket: getattr(row.tokens, bucket) for bucket in _BUCKETS},
        "cost_usd": exact_or_none(row.cost),
        "cost_basis": row.basis.value,
        "unpriced_requests": row.unpriced_requests,
    }


def _source(feed: FeedHealth) -> dict[str, object]:
    return {
        "agent": feed.feed,
        "files": feed.files,
        "events": feed.events,
        "condition": feed.condition.value,
        "title": feed.title,
        "hint": feed.hint,
    }


def _key(row: UsageRow, key: By) -> str:
    value: date | str | None = getattr(row, key.value)
    return "" if value is None else str(value)


def _shown(row: UsageRow, key: By) -> str:
    return _key(row, key) or words.UNKNOWN


def _cells(row: UsageRow) -> tuple[str, ...]:
    tokens = row.tokens
    counts = (words.tokens(count) for count in (tokens.input, tokens.output, tokens.cache_read, tokens.cache_write))
    cost = words.money(row.cost)
    return (f"{row.requests:,}", *counts, f"{cost} +" if row.cost is not None and row.unpriced_requests else cost)


def _remarks(total: UsageRow) -> tuple[str, ...]:
    remarks: list[str] = []
    if total.unpriced_requests:
        verb = "has" if total.unpriced_requests == 1 else "have"
        remarks.append(f"{words.counted(total.unpriced_requests, 'request')} {verb} no price and no part in the cost (shown by +).")
    if total.placeholder_requests:
        remarks.append(f"{words.counted(total.placeholder_requests, 'request')} recorded without an output count: estimated low.")
    return tuple(remarks)
