"""What `switch` says of the agents that were given another model."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from tankful.core.pace import Tone
from tankful.present import format as words
from tankful.present.marks import MARKS
from tankful.present.status import Line, Piece, Role
from tankful.switch.in_force import Switched


class SwitchedRow(NamedTuple):
    """One agent in the settings."""

    agent: str
    title: str
    text: str


def switched_rows(switched: Sequence[Switched], zone: tzinfo) -> tuple[SwitchedRow, ...]:
    """Return the agents for the settings."""
    return tuple(SwitchedRow(each.agent, f"{each.title} uses {each.model}", _row_text(each, zone)) for each in switched)


def _row_text(each: Switched, zone: tzinfo) -> str:
    since = f"Since {words.day(each.since.astimezone(zone).date())}, in {', '.join(each.files)}."
    return f"{since} It cannot be taken back: {each.in_the_way}." if each.in_the_way else since


def switched_json(switched: Sequence[Switched]) -> dict[str, object]:
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
            }
            for each in switched
        ],
    }


def switched_lines(switched: Sequence[Switched], now: datetime) -> tuple[Line, ...]:
    """Return a line for each agent, and what is in the way below it."""
    if not switched:
        return (
            (
                Piece("No agent was given another model. ", Role.STRONG),
                Piece("`tankful switch AGENT --model MODEL` does that.", Role.FAINT),
            ),
        )
    return tuple(line for each in switched for line in _lines(each, now))


def _lines(each: Switched, now: datetime) -> tuple[Line, ...]:
    tone = Tone.WATCH if each.in_the_way else Tone.CALM
    first = (
        Piece(f"{each.title} ({each.agent})  ", Role.STRONG),
        Piece(f"{MARKS[tone]} {each.model}, since {words.age(now - each.since)}", Role.TONE, tone),
    )
    files = tuple((Piece(f"  {path}", Role.FAINT),) for path in each.files)
    return (first, *files, *(((Piece(f"  Cannot be taken back: {each.in_the_way}."),),) if each.in_the_way else ()))
