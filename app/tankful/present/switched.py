"""What `switch` says of the agents that were given another model."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from tankful.core.pace import Tone
from tankful.core.post_check import PostCheck, Verdict
from tankful.present import format as words
from tankful.present.marks import MARKS
from tankful.present.post_check import check_json, check_text
from tankful.present.status import Line, Piece, Role
from tankful.switch.in_force import Switched


class SwitchedRow(NamedTuple):
    """One agent in the settings."""

    agent: str
    title: str
    text: str


def switched_rows(switched: Sequence[Switched], zone: tzinfo, checks: Sequence[PostCheck] = ()) -> tuple[SwitchedRow, ...]:
    """Return the agents for the settings, with what their sessions since say, where that is known."""
    return tuple(
        SwitchedRow(each.agent, f"{each.title} {_uses(_check_of(each, checks))} {each.model}", _row_text(each, zone, checks))
        for each in switched
    )


def _check_of(each: Switched, checks: Sequence[PostCheck]) -> PostCheck | None:
    return next((check for check in checks if (check.agent, check.since) == (each.agent, each.since)), None)


def _uses(check: PostCheck | None) -> str:
    return "was given" if check is not None and check.verdict is not Verdict.SHOWS else "uses"


def _row_text(each: Switched, zone: tzinfo, checks: Sequence[PostCheck]) -> str:
    since = f"Since {words.day(each.since.astimezone(zone).date())}, in {', '.join(each.files)}."
    check = _check_of(each, checks)
    since += "" if check is None else f" {check_text(check, zone, 'Undo')}"
    return f"{since} It cannot be taken back: {each.in_the_way}." if each.in_the_way else since


def switched_json(switched: Sequence[Switched], checks: Sequence[PostCheck] = ()) -> dict[str, object]:
    """Return it for programs; the shape may grow."""
    return {
        "schema": "tankful.switch/1",
        "switched": [
            {
                "agent": each.agent,
                "name": each.title,
                "model": each.model,
                "files": list(each.files),
                "since": each.since.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "in_the_way": each.in_the_way or None,
                "check": check_json(_check_of(each, checks)),
            }
            for each in switched
        ],
    }


def switched_lines(switched: Sequence[Switched], now: datetime, zone: tzinfo = UTC, checks: Sequence[PostCheck] = ()) -> tuple[Line, ...]:
    """Return a line for each agent, and what is in the way below it."""
    if not switched:
        return (
            (
                Piece("No agent was given another model. ", Role.STRONG),
                Piece("`tankful switch AGENT --model MODEL` does that.", Role.FAINT),
            ),
        )
    return tuple(line for each in switched for line in _lines(each, now, zone, _check_of(each, checks)))


def _lines(each: Switched, now: datetime, zone: tzinfo, check: PostCheck | None) -> tuple[Line, ...]:
    is_amiss = each.in_the_way or (check is not None and check.verdict is Verdict.OTHER)
    tone = Tone.WATCH if is_amiss else Tone.CALM
    first = (
        Piece(f"{each.title} ({each.agent})  ", Role.STRONG),
        Piece(f"{MARKS[tone]} {each.model}, since {words.age(now - each.since)}", Role.TONE, tone),
    )
    files = tuple((Piece(f"  {path}", Role.FAINT),) for path in each.files)
    seen = () if check is None else ((Piece(f"  {check_text(check, zone, f'`tankful switch --undo {each.agent}`')}"),),)
    return (first, *files, *seen, *(((Piece(f"  Cannot be taken back: {each.in_the_way}."),),) if each.in_the_way else ()))
