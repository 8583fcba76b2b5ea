"""What `telemetry` and `doctor` say of live reports: who is told to send them, who does, and where their costs are not ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tankful.core.heard import Disagreement
from tankful.core.pace import Tone
from tankful.present import format as words
from tankful.present.marks import MARKS
from tankful.present.status import Line, Piece, Role


@dataclass(frozen=True, slots=True)
class ReporterFacts:
    """One agent that can report live."""

    agent: str
    title: str
    is_told: bool
    """Its configuration says to report here."""
    calls: int
    """Reported in the last week."""
    last: datetime | None
    by_hand: bool = False
    """It has no file for that: it is told when it is started."""


@dataclass(frozen=True, slots=True)
class TelemetryFacts:
    """How live reports stand on this machine."""

    receive: bool
    """As the settings say."""
    port: int
    """0: none was chosen yet."""
    is_heard: bool
    """Somebody with our token listens there."""
    reporters: tuple[ReporterFacts, ...]


def telemetry_json(facts: TelemetryFacts) -> dict[str, object]:
    """Return the facts for programs; the shape may grow."""
    return {
        "schema": "tankful.telemetry/1",
        "receive": facts.receive,
        "port": facts.port or None,
        "listening": facts.is_heard,
        "agents": [
            {
                "agent": each.agent,
                "name": each.title,
                "told": each.is_told,
                "by_hand": each.by_hand,
                "calls": each.calls,
                "last": None if each.last is None else each.last.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for each in facts.reporters
        ],
    }


def telemetry_lines(facts: TelemetryFacts, now: datetime) -> tuple[Line, ...]:
    """Return a line for the receiver and one for each agent."""
    return (_receiver(facts), (), *(_reporter(each, now) for each in facts.reporters))


def _receiver(facts: TelemetryFacts) -> Line:
    if not facts.receive:
        return (Piece("Agents are not listened to. ", Role.STRONG), Piece("`tankful telemetry on AGENT` changes that.", Role.FAINT))
    if facts.is_heard:
        return (Piece(f"{MARKS[Tone.CALM]} Agents are listened to on port {facts.port}.", Role.TONE, Tone.CALM),)
    said = "Agents are to be listened to, but nobody does so now."
    return (Piece(f"{MARKS[Tone.WATCH]} {said}", Role.TONE, Tone.WATCH), Piece(" The gauge does, while it runs: `tankful`."))


def _reporter(each: ReporterFacts, now: datetime) -> Line:
    if each.last is not None:
        counted, age = words.counted(each.calls, "call"), words.age(now - each.last)
        state = Piece(f"{MARKS[Tone.CALM]} {counted} in the last week, the last one {age} ago", Role.TONE, Tone.CALM)
    elif each.is_told:
        state = Piece(f"{MARKS[Tone.UNKNOWN]} is told to report; nothing came yet, which takes a new session")
    elif each.by_hand:
        state = Piece(f"{MARKS[Tone.UNKNOWN]} is told when it is started: `tankful telemetry on {each.agent}` says how", Role.FAINT)
    else:
        state = Piece(f"{MARKS[Tone.UNKNOWN]} is not told to report", Role.FAINT)
    return (Piece(f"  {each.title} ({each.agent})  ", Role.STRONG), state)


def disagreement_words(said: Disagreement, title: str) -> tuple[str, str]:
    """Return what an agent says that a model costs and what we reckon, and what to do about it."""
    ours = words.money(said.low)
    if words.money(said.high) != ours:
        ours = f"{ours} to {words.money(said.high)}"
    sentence = (
        f"{title} says that {words.counted(said.calls, 'call')} of {said.model} cost {words.money(said.stated)}; at our prices it is {ours}"
    )
    return sentence, 'One of the two price lists is out of date. Give the right price with [prices."MODEL"] in the settings.'


def diff_lines(diff: Sequence[str]) -> tuple[Line, ...]:
    """Return a unified diff with its additions and removals told apart, and tabs as wide as an editor shows them."""
    shown = (line[:1] + line[1:].expandtabs(4) for line in diff)
    return tuple((Piece(line, Role.STRONG if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"} else Role.FAINT),) for line in shown)
