"""Reads Aider's chat histories: one usage event for each message whose tokens it wrote down.

A history is Markdown for people (`io.py`, `base_coder.py`): a heading says when Aider was started, `#### ` is what a human typed,
`> ` what Aider says itself. Messages have no times: what is appended while we look is dated by the file, else the heading counts.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath

import msgspec

from tankful.core.problems import Flaw
from tankful.core.totals import NEAR
from tankful.core.usage import Prompt, UsageEvent
from tankful.sources.aider_words import HEADER, MODEL, Price, Report, price_of, report_of
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values
from tankful.sources.way import way_of

_MATTERS = (b"# aider", b"####", b"> Token", b"> Main ", b"> Model", b"Cost: $")
_SPOKEN = ("/ask ", "/code ", "/architect ")
"""Commands that carry something to say; others only steer Aider."""
_LONGEST = 500
NAMELESS = "aider"
_PROXY = "litellm_proxy"
"""The provider that is a gateway, whatever its address."""


class _State(msgspec.Struct):
    """Where reading stands in the run that is told of now."""

    started: str = ""
    """The heading's time, as written."""
    model: str = ""
    messages: int = 0
    prompts: int = 0
    in_prompt: bool = False
    counts: str = ""
    """The line of counts just before, when its cost may follow in a line of its own."""
    modified: datetime | None = None
    """When the file last changed when it was read."""


class AiderParser:
    """Reads one history front to back; a run of Aider is a session."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read."""
        self._log = log
        self._way = way_of(log.route)
        self._project = str(PurePath(log.path).parent)
        self._state = restored(fields, _State())
        self._before = self._state.modified
        self._goes_on = self._before is not None
        """The run was already told of when this reading began."""

    def fields(self) -> bytes:
        """Return where reading stands."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each message these lines report, again when its cost follows; one prompt for each thing typed."""
        state = self._state
        state.modified = times.modified
        for number, raw in enumerate(lines, first_line):
            line = raw[:_LONGEST].decode("utf-8", "replace").strip("\r\n\0\ufeff") if raw.startswith(_MATTERS) else ""
            typed = line.startswith("####")
            if typed and not state.in_prompt:
                self._take_prompt(line[4:].lstrip(), times, found)
            state.in_prompt = typed
            if line.startswith("> Tokens: "):
                self._take_report(line, Values(self._log.path, number, times, found), times, found)
            elif line.startswith("Cost: ") and state.counts:
                self._take_cost(line, times, found)
            elif found_model := MODEL.fullmatch(line):
                state.model = found_model[1]
            elif header := HEADER.fullmatch(line):
                self._begin(header[1])

    def _begin(self, started: str) -> None:
        state = self._state
        state.started, state.model, state.counts = started, "", ""
        state.messages = state.prompts = 0
        self._goes_on = False

    def _take_prompt(self, words: str, times: FileTimes, found: Findings) -> None:
        state = self._state
        if not words or (words.startswith("/") and not words.startswith(_SPOKEN)):
            return
        state.prompts += 1
        key = key_of("aider-prompt", state.started, str(state.prompts))
        at, _ = self._moment(times)
        found.prompts.append(Prompt(self._log.source, key, at, self._session(), self._project))

    def _take_report(self, line: str, values: Values, times: FileTimes, found: Findings) -> None:
        told = report_of(line)
        self._state.counts = ""
        if told is None:
            values.blame(Flaw.WRONG_SHAPE)
            return
        report, price = told
        self._state.messages += 1
        if price is None:
            self._state.counts = line
        self._book(report, price, times, found)

    def _take_cost(self, line: str, times: FileTimes, found: Findings) -> None:
        told, price = report_of(self._state.counts), price_of(line)
        self._state.counts = ""
        if told is not None and price is not None:
            self._book(told[0], price, times, found)

    def _book(self, report: Report, price: Price | None, times: FileTimes, found: Findings) -> None:
        state = self._state
        tokens, (at, undated) = report.tokens(), self._moment(times)
        days = dict.fromkeys(each.date().isoformat() for each in (at, _started(state.started) or at))
        keys = (key_of("aider", state.started, str(state.messages), report.words),)
        if price is not None:
            keys += tuple(key_of("aider-message", day, report.words, price.words) for day in days)
        provider = state.model.partition("/")[0] if "/" in state.model else ""
        found.events.append(
            UsageEvent(
                agent=self._log.source,
                keys=keys,
                at=at,
                tokens=tokens,
                model=state.model or None,
                session=self._session(),
                project=self._project,
                provider=provider,
                route=self._route(provider or ("anthropic" if state.model.startswith("claude") else "openai")),
                recorded_cost=None if price is None else price.message or None,
                undated=undated,
            )
        )

    def _route(self, provider: str) -> str:
        """Return where a provider is called; a proxy without an address is still no vendor."""
        if provider == "openai":
            return self._way.usual
        return self._way.by_provider.get(provider, "") or (provider if provider == _PROXY else "")

    def _session(self) -> str:
        return f"{NAMELESS} {self._state.started}" if self._state.started else NAMELESS

    def _moment(self, times: FileTimes) -> tuple[datetime, bool]:
        """Return when what is being read was written as far as can be known, and whether that is a guess of more than an hour."""
        started = _started(self._state.started)
        before = self._before if self._goes_on and self._before is not None and self._before < times.modified else None
        since = max(filter(None, (started, before)), default=None)
        if since is None or times.modified - since <= NEAR:
            return times.modified, since is None
        return (times.modified if before is not None else since), True


def _started(written: str) -> datetime | None:
    """Return the time of a heading, which is the clock's on the wall; `None` for an impossible one."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
