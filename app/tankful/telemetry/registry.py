"""The agents whose reports we understand: a new one is a module of its own and one more name here."""

from collections.abc import Iterable
from datetime import datetime

from tankful.core.heard import Heard, HeardCall, HeardPrompt
from tankful.telemetry import claude_code, codex, copilot, gemini_cli, qwen_code
from tankful.telemetry.normaliser import Normaliser
from tankful.telemetry.records import Record

NORMALISERS: tuple[Normaliser, ...] = (
    claude_code.NORMALISER,
    codex.NORMALISER,
    gemini_cli.NORMALISER,
    qwen_code.NORMALISER,
    copilot.NORMALISER,
)
EVENT_NAME = "event.name"
WANTED = frozenset((EVENT_NAME,)).union(*(each.wanted for each in NORMALISERS))
"""The attributes that are taken out of a report. Everything else, and above all what was said, is dropped where it arrives."""


def understood(records: Iterable[Record], now: datetime) -> Heard:
    """Return the calls and prompts that records tell of.

    A call that can be matched with no log, having neither a request id nor a session, is left to the log.
    """
    calls: list[HeardCall] = []
    prompts: list[HeardPrompt] = []
    kind, own = (), None
    for record in records:
        if kind != (kind := (record.signal, record.name, record.service, record.scope)):
            own = next((each for each in NORMALISERS if each.is_own(record)), None)
        if own is None:
            continue
        try:
            taken = own.take(record, now)
        except (ValueError, OverflowError):  # counts that cannot be: the log will tell
            continue
        if isinstance(taken, HeardCall) and (taken.request or taken.event.session):
            calls.append(taken)
        elif isinstance(taken, HeardPrompt) and taken.prompt.session:
            prompts.append(taken)
    return Heard(tuple(calls), tuple(prompts))
