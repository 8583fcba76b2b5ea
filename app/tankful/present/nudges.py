"""Suggestions in words: the card in the panel, the comparison behind it, and the same as JSON values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_FLOOR, Decimal
from shlex import quote

from tankful.core.counterfactual import LABEL, Comparison, PriceSheet, SessionCost
from tankful.core.nudges import cheaper_in_house, cold_cache, long_context, parallel, tiny_edits, unattended
from tankful.core.nudges.effect import Nudged
from tankful.core.nudges.nudge import Nudge, Origin, Tool
from tankful.core.nudges.rules import RULES
from tankful.present import format as words
from tankful.present.exact import exact_money, instant
from tankful.present.nudged import HELD_OUT, nudged_json, nudged_lines
from tankful.present.working import folder_name
from tankful.sources.registry import by_id

SCHEMA = "tankful.nudges/1"
BUCKETS = {
    "input": "Input",
    "cache_read": "Cache read",
    "cache_write": "Cache write, 5 min",
    "cache_write_1h": "Cache write, 1 h",
    "output": "Output",
}
_TITLES = {
    cold_cache.NAME: "The cache went cold before long turns",
    long_context.NAME: "A surcharge for long context",
    tiny_edits.NAME: "A frontier model for many tiny edits",
    unattended.NAME: "Agents went on long after you typed",
    parallel.NAME: "Several sessions at once in one folder",
}
_SHOWN = 8
_COMMANDS = {"claude-code": "claude", "codex": "codex", "gemini-cli": "gemini", "qwen-code": "qwen", "opencode": "opencode"}
"""What starts an agent, where it is not called as Tankful calls it."""


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The comparison, decided: every word and number of it."""

    title: str
    note: str
    head: tuple[str, str, str, str]
    rows: tuple[tuple[str, str, str, str], ...]
    """A bucket each: its name, its tokens, what it cost and would have."""
    together: tuple[str, str, str, str]
    range: str
    effort: str
    """The same question from the other side: how much more work makes it as dear."""
    switch: str
    dearer: str
    """In how many sessions the other model would have cost more."""
    sessions: tuple[tuple[str, str], ...]
    """Those, at most eight: when, and what it cost and would have."""
    good_for: str
    documentation: str
    command: str
    """What starts one session on the other model and changes nothing else."""


def nudge_title(nudge: Nudge) -> str:
    """Return what is suggested, in a few words."""
    if nudge.tool is not None:
        return f"{nudge.tool.title} may do this work for less"
    return _TITLES[nudge.rule]


def nudge_text(nudge: Nudge) -> str:
    """Return how much it is about, and what can be done."""
    what = f"{words.counted(nudge.times, 'request')} of {_where(nudge)}, last 7 days"
    amount = words.money(nudge.amount)
    if nudge.rule == cheaper_in_house.NAME and nudge.tool is not None and nudge.comparison is not None:
        compared = nudge.comparison
        return f"{what}: {words.money(compared.now)} on {nudge.model}, {_range(compared.low, compared.high)} on {nudge.tool.title}."
    if nudge.rule == cold_cache.NAME:
        turns = words.counted(nudge.times, "long turn")
        return (
            f"{turns} of {_where(nudge)} came more than 5 minutes after the one before, and wrote the context anew: {amount} in 7 days. "
            "Before a pause, finish the turn or compact the session."
        )
    if nudge.rule == tiny_edits.NAME:
        return f"{what}, read and wrote very little: {amount} on {nudge.model}. A smaller model may do for these."
    if nudge.rule == unattended.NAME:
        return (
            f"{words.counted(nudge.stretches, 'time')} in 7 days {_where(nudge)} went on for more than an hour after you last typed, "
            f"and spent {amount} from then on. If that was not meant, say beforehand where it is to stop and ask."
        )
    if nudge.rule == parallel.NAME:
        return (
            f"{words.counted(nudge.stretches, 'time')} in 7 days several sessions worked in {_folder(nudge)} at the same time. All but the "
            f"dearest of them spent {amount}: that much at most was paid twice, if they did the same. Whether they did, only you can tell."
        )
    return f"{what}, were so long that {nudge.model} charged {amount} more. Compacting or a new session keeps below the border."


def nudge_why(nudge: Nudge) -> str:
    """Return by which rule it is shown, and how seldom."""
    title = next(rule.title for rule in RULES if rule.name == nudge.rule)
    sheet = nudge.prices if nudge.tool is None else nudge.tool.prices
    house = "" if nudge.tool is None else f"That {nudge.tool.title} is in-house, {origin_words(nudge.tool)}. "
    return (
        f"{title}. {house}{LABEL[:1].upper()}{LABEL[1:]}; prices: {_sheet(sheet)}. "
        "At most one suggestion a day, none in the middle of work; what is dismissed twice sleeps for 30 days."
    )


def comparison_view(nudge: Nudge, zone: tzinfo) -> ComparisonView | None:
    """Return the comparison behind a nudge, `None` where there is none."""
    tool, compared = nudge.tool, nudge.comparison
    if tool is None or compared is None:
        return None
    other = tool.title
    days = f"{_day(compared.since, zone)} to {_day(compared.until, zone)}"
    return ComparisonView(
        title=f"The same work on {other}",
        note=(
            f"{words.counted(compared.requests, 'request')} of {_where(nudge)} on {nudge.model}, {days}. "
            f"{LABEL[:1].upper()}{LABEL[1:]}. Prices: {_sheet(nudge.prices)}; {other}: {_sheet(tool.prices)}."
        ),
        head=("Tokens", "Count", nudge.model, other),
        rows=tuple(
            (BUCKETS[line.bucket], words.tokens(line.tokens), words.money(line.now), _range(line.low, line.high)) for line in compared.lines
        ),
        together=("Together", "", words.money(compared.now), _range(compared.low, compared.high)),
        range=(
            "Both cut text into tokens alike."
            if compared.ratio.low == compared.ratio.high == 1
            else f"The range is the tokenizer's: {compared.ratio.low:.2f} to {compared.ratio.high:.2f} tokens for one."
        ),
        effort=effort_words(compared),
        switch=_switch(compared),
        dearer=_dearer(compared, other),
        sessions=tuple((_stamp(each, zone), _held(each)) for each in compared.dearer[:_SHOWN]),
        good_for=f"{other} is in-house, {origin_words(tool)}{f', and good for {_and(tool.good_for)}' if tool.good_for else ''}.",
        documentation=tool.documentation,
        command=command_of(nudge),
    )


def origin_words(tool: Tool) -> str:
    """Return who says that a model is in-house."""
    if tool.origin is Origin.GATEWAY:
        return f"the model list of {tool.account} says"
    return {Origin.POLICY: "your organisation's policy says", Origin.USER: "your settings say"}[tool.origin]


NOT_OFFERED = "No linked account says that it offers this model. Link the one that does, and a session can be started on it."


def effort_words(compared: Comparison) -> str:
    """Return up to how many times as many turns it stays cheaper, rounded down: never claimed is that it needs no more."""
    if compared.effort is None:
        return "free however many turns it needs"
    times = compared.effort.quantize(Decimal("0.1"), ROUND_FLOOR)
    return f"unless it needs more than {times if times < 10 else int(times)} \N{MULTIPLICATION SIGN} as many turns"


def command_of(nudge: Nudge) -> str:
    """Return what starts one session of this agent on the suggested model; empty where none is, or no linked account offers it."""
    return (
        ""
        if nudge.tool is None or not nudge.tool.account
        else f"tankful with {quote(nudge.tool.model)} -- {_COMMANDS.get(nudge.agent, nudge.agent)}"
    )


def nudges_json(nudge: Nudge | None, nudged: Nudged, *, is_on: bool) -> dict[str, object]:
    """Return what is suggested and the score as `resources/schema/nudges.json` describes it."""
    return {
        "schema": SCHEMA,
        "on": is_on,
        "nudge": None if nudge is None else _nudge_values(nudge),
        **nudged_json(nudged),
    }


def nudges_lines(nudge: Nudge | None, nudged: Nudged, zone: tzinfo, *, is_on: bool) -> Iterable[str]:
    """Yield the same as lines for a terminal."""
    if not is_on:
        yield "Suggestions are switched off."
    elif nudge is None:
        yield HELD_OUT if nudged.is_held_out else "Nothing to suggest now."
    else:
        yield f"{nudge_title(nudge)}"
        yield nudge_text(nudge)
        view = comparison_view(nudge, zone)
        if view is not None:
            yield ""
            yield from _table(view)
            yield ""
            yield f"{view.range} Cheaper {view.effort}. {view.switch}"
            yield f"{view.dearer} {view.good_for}".strip()
            yield from (f"  {when}  {cost}" for when, cost in view.sessions)
            yield view.note
            yield f"One session of it: {view.command}" if view.command else NOT_OFFERED
    yield from nudged_lines(nudged)


def _table(view: ComparisonView) -> Iterable[str]:
    rows = (view.head, *view.rows, view.together)
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        yield "  ".join((row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))))


def _nudge_values(nudge: Nudge) -> dict[str, object]:
    return {
        "rule": nudge.rule,
        "key": nudge.key,
        "title": nudge_title(nudge),
        "text": nudge_text(nudge),
        "agent": nudge.agent,
        "project": nudge.project,
        "model": nudge.model,
        "amount_usd": exact_money(nudge.amount),
        "requests": nudge.times,
        "stretches": nudge.stretches,
        "label": LABEL,
        "alternative": None if nudge.tool is None else nudge.tool.model,
        "origin": None if nudge.tool is None else nudge.tool.origin.value,
        "command": command_of(nudge),
        "comparison": None if nudge.comparison is None else _comparison_values(nudge.comparison),
    }


def _comparison_values(compared: Comparison) -> dict[str, object]:
    return {
        "requests": compared.requests,
        "since": instant(compared.since),
        "until": instant(compared.until),
        "now_usd": exact_money(compared.now),
        "low_usd": exact_money(compared.low),
        "high_usd": exact_money(compared.high),
        "buckets": [
            {
                "bucket": line.bucket,
                "tokens": line.tokens,
                "now_usd": exact_money(line.now),
                "low_usd": exact_money(line.low),
                "high_usd": exact_money(line.high),
            }
            for line in compared.lines
        ],
        "switch_usd": exact_money(compared.switch),
        "break_even_turns": None if compared.turns is None else round(float(compared.turns), 2),
        "break_even_effort": None if compared.effort is None else round(float(compared.effort), 2),
        "sessions": len(compared.sessions),
        "dearer": [_session_values(each) for each in compared.dearer],
    }


def _session_values(session: SessionCost) -> dict[str, object]:
    return {
        "session": session.session,
        "at": instant(session.at),
        "requests": session.requests,
        "now_usd": exact_money(session.now),
        "low_usd": exact_money(session.low),
        "high_usd": exact_money(session.high),
    }


def _where(nudge: Nudge) -> str:
    source = by_id(nudge.agent)
    who = source.title if source is not None else nudge.agent
    return f"{who} in {_folder(nudge)}" if nudge.project else who


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _folder(nudge: Nudge) -> str:
    return f"“{folder_name(nudge.project)}”"


def _range(low: Decimal, high: Decimal) -> str:
    least, most = words.money(low), words.money(high)
    return least if least == most else f"{least}\N{EN DASH}{most}"


def _sheet(sheet: PriceSheet | None) -> str:
    if sheet is None:
        return "none"
    return sheet.source if sheet.day is None else f"{sheet.source}, {_dated(sheet.day)}"


def _dated(day: date) -> str:
    return f"{words.short_day(day)} {day.year}"


def _switch(compared: Comparison) -> str:
    if not compared.switch:
        return "Switching in the middle of a session costs no more than between two."
    once = f"Switching in the middle of a session costs one cold cache ({words.money(compared.switch)})"
    if compared.turns is None:
        return f"{once} and never pays."
    turns = max(1, round(compared.turns))
    return f"{once}, paid back after about {words.counted(turns, 'turn')}."


def _dearer(compared: Comparison, other: str) -> str:
    count, sessions = len(compared.dearer), words.counted(len(compared.sessions), "session")
    if not count:
        return f"In none of {sessions} {other} could have cost more."
    return f"In {count} of {sessions} {other} could have cost more."


def _held(session: SessionCost) -> str:
    return f"{words.money(session.now)} \N{RIGHTWARDS ARROW} {_range(session.low, session.high)}"


def _stamp(session: SessionCost, zone: tzinfo) -> str:
    return f"{words.day(session.at.astimezone(zone).date())} {words.clock(session.at, zone)}, {words.counted(session.requests, 'request')}"


def _day(at: datetime, zone: tzinfo) -> str:
    return words.short_day(at.astimezone(zone).date())
