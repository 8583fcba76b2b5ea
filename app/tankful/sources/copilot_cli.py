"""Reads the lines of Copilot CLI: what happened in a session, and telemetry.

The shapes are those of Copilot's public SDK (`session-events`) and of OpenTelemetry's JSON file exporter. Sums at the end of
a session cover one run of the program; within a run they only grow.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePath

import msgspec

from tankful.core.totals import SessionTotal
from tankful.core.usage import Prompt, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.copilot_cli_store import NANO_MAX, dollars, tokens_of
from tankful.sources.genai_attributes import USAGE, Attributes, moment_of
from tankful.sources.identity import key_of
from tankful.sources.json_lines import BLANK
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import SUM_MAX, Values

_EVENTS = (b'"session.start"', b'"session.resume"', b'"session.shutdown"', b'"user.message"', b'"assistant.message"')
_HEAD = b'{"type":"'
_WANTED = frozenset(name.strip(b'"') for name in _EVENTS)
_TIMES_MAX = 5_000
_CHAT, _SUM, _INFERENCE, _TURN, _SUMMARY = 1, 2, 4, 5, 6
"""How far a record is from the CLI's own one; Copilot Desktop's sums are 3."""


class _Context(msgspec.Struct, gc=False):
    cwd: object = None


class _Usage(msgspec.Struct, gc=False):
    inputTokens: object = None  # noqa: N815 - the field's name
    outputTokens: object = None  # noqa: N815 - same
    cacheReadTokens: object = None  # noqa: N815 - same
    cacheWriteTokens: object = None  # noqa: N815 - same
    reasoningTokens: object = None  # noqa: N815 - same


class _Metrics(msgspec.Struct, gc=False):
    usage: _Usage | None = None
    totalNanoAiu: object = None  # noqa: N815 - the field's name


class _Data(msgspec.Struct, gc=False):
    sessionId: object = None  # noqa: N815 - the field's name
    context: _Context | None = None
    modelMetrics: dict[str, _Metrics] | None = None  # noqa: N815 - same
    totalNanoAiu: object = None  # noqa: N815 - same


class _Event(msgspec.Struct, gc=False):
    type: object = None
    id: object = None
    timestamp: object = None
    data: _Data | None = None


class _SpanContext(msgspec.Struct, gc=False):
    traceId: object = None  # noqa: N815 - the field's name
    spanId: object = None  # noqa: N815 - same


class _Record(msgspec.Struct, gc=False):
    """A span or a log record as OpenTelemetry's exporters for JavaScript write it to a file."""

    type: object = None
    name: object = None
    body: object = None
    traceId: object = None  # noqa: N815 - the field's name
    spanId: object = None  # noqa: N815 - same
    spanContext: _SpanContext | None = None  # noqa: N815 - same
    startTime: object = None  # noqa: N815 - same
    endTime: object = None  # noqa: N815 - same
    hrTime: object = None  # noqa: N815 - same
    timestamp: object = None
    attributes: Attributes | None = None


class _Sums(msgspec.Struct, array_like=True, gc=False):
    """The sums of one model: of earlier runs, and of this one as it was told last; tokens by kind, then nano-credits."""

    before: list[int]
    now: list[int]

    def take(self, told: list[int]) -> None:
        """Note what a run says now; less than before is another run."""
        if sum(told[:2]) < sum(self.now[:2]):
            self.close()
        self.now = told

    def close(self) -> None:
        """Note that the run has ended."""
        self.before = self.whole()
        self.now = [0] * len(self.now)

    def whole(self) -> list[int]:
        """Return the sums of all runs; no nano-credits where one of them does not tell any."""
        whole = [old + new for old, new in zip(self.before, self.now, strict=True)]
        if any(sum(run[:2]) and not run[-1] for run in (self.before, self.now)):
            whole[-1] = 0
        return whole


class _Session(msgspec.Struct):
    """The checkpoint of a log."""

    id: str = ""
    folder: str = ""
    began: datetime | None = None
    times: list[datetime] = []
    """Of answers since sums were told last."""
    sums: dict[str, _Sums] = {}


class CopilotParser:
    """Reads one log front to back."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read."""
        self._log = log
        file = PurePath(log.path)
        self._named = file.parent.name if file.name == "events.jsonl" else file.stem
        self._session = restored(fields, _Session())

    def fields(self) -> bytes:
        """Return whose session it is and what its sums were."""
        return msgspec.msgpack.encode(self._session)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add an event for each call in telemetry, the sums of ended runs, and one prompt for each thing a human said."""
        for number, raw in enumerate(lines, first_line):
            happened = _happened(raw)
            if happened and happened not in _WANTED:
                continue
            if not happened and USAGE in raw:
                values = Values(self._log.path, number, times, found)
                record = values.decoded(raw.strip(BLANK), _Record)
                if record is not None and record.attributes is not None:
                    self._take_record(record, record.attributes, values, found)
            elif happened or any(word in raw for word in _EVENTS):
                values = Values(self._log.path, number, times, found)
                event = values.decoded(raw.strip(BLANK), _Event)
                if event is not None:
                    self._take_event(event, event.data or _Data(), values, found)

    # --- what happened in a session

    def _take_event(self, event: _Event, data: _Data, values: Values, found: Findings) -> None:
        session = self._session
        match event.type:
            case "session.start" | "session.resume":
                session.id = session.id or values.word(data.sessionId)
                session.folder = values.word(data.context.cwd if data.context else None) or session.folder
                session.began = session.began or values.moment_if_any(event.timestamp)
                for sums in session.sums.values():
                    sums.close()
            case "assistant.message":
                at = values.moment_if_any(event.timestamp)
                if at is not None and len(session.times) < _TIMES_MAX:
                    session.times.append(at)
            case "user.message":
                at = values.moment_if_any(event.timestamp)
                if at is not None:
                    key = key_of(self._log.source, "said", values.word(event.id) or f"{self._whose()} {event.timestamp}")
                    found.prompts.append(Prompt(self._log.source, key, at, self._whose(), session.folder))
            case "session.shutdown":
                found.totals += self._totals(event, data, values)
                session.times = []
            case _:
                pass

    def _totals(self, event: _Event, data: _Data, values: Values) -> Iterator[SessionTotal]:
        metrics = data.modelMetrics or {}
        session = self._session
        for name, told in metrics.items():
            usage = told.usage or _Usage()
            counts = (usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWriteTokens, usage.reasoningTokens)
            nano = told.totalNanoAiu if told.totalNanoAiu is not None or len(metrics) > 1 else data.totalNanoAiu
            numbers = [*(values.count(count, SUM_MAX) for count in counts), values.count(nano, NANO_MAX)]
            model = values.word(name)
            sums = session.sums.setdefault(model, _Sums([0] * len(numbers), [0] * len(numbers)))
            sums.take(numbers)
            *all_counts, all_nano = sums.whole()
            tokens = tokens_of(*all_counts)
            if tokens.total:
                yield SessionTotal(
                    agent=self._log.source,
                    counter=f"{self._whose()}/{model}",
                    tokens=tokens,
                    at=values.moment(event.timestamp),
                    began=session.began,
                    times=tuple(session.times),
                    model=model or None,
                    session=self._whose(),
                    project=session.folder,
                    provider="github-copilot",
                    route=self._log.route,
                    recorded_cost=dollars(all_nano, values),
                    second_hand=_SUM,
                )

    def _whose(self) -> str:
        return self._session.id or self._named

    # --- telemetry

    def _take_record(self, record: _Record, attributes: Attributes, values: Values, found: Findings) -> None:
        distance = _distance(record, attributes)
        if distance is None or attributes.editor_session is not None or attributes.editor_chat is not None:
            return  # no call, or one that an editor's own chat tells
        tokens = attributes.tokens(values)
        if not tokens.total:
            return
        context = record.spanContext or _SpanContext()
        trace = values.word(record.traceId) or values.word(context.traceId)
        own = values.word(record.spanId) or values.word(context.spanId)
        response = values.word(attributes.response)
        session = values.word(attributes.conversation) or values.word(attributes.session) or trace
        stamp = next((each for each in (record.endTime, record.hrTime, record.timestamp, record.startTime) if each is not None), None)
        model, asked = attributes.models(values)
        keys = [key_of(self._log.source, "response", response)] if response and distance in {_CHAT, _INFERENCE} else []
        if trace and own:
            keys.append(key_of(self._log.source, "span", str(distance), trace, own))
        event = UsageEvent(
            agent=self._log.source,
            # Without ids it is known by what it says.
            keys=tuple(keys) or (key_of(self._log.source, "record", session, str(stamp), *map(str, tokens)),),
            at=values.moment(moment_of(stamp)),
            tokens=tokens,
            model=model or None,
            session=session,
            provider=values.word(attributes.provider) or "github-copilot",
            route=self._log.route,
            second_hand=distance,
        )
        found.events.append(event)
        if distance == _CHAT:  # other records sum up, or say what a call said
            found.note_asked(event, asked)


class ExportParser:
    """Reads telemetry that goes to a file called `….json`: lines as elsewhere, in a file that is read whole each time it has changed."""

    def __init__(self, log: Log) -> None:
        """Know where it is."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing: every reading finds everything again."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add an event for each call; a last line that is being written is left for the next time."""
        *lines, last = content.split(b"\n")
        if last.rstrip().endswith(b"}"):
            lines.append(last)
        CopilotParser(self._log, None).read(lines, 1, times, found)


def _happened(line: bytes) -> bytes:
    """Return what happened as far as the first bytes tell, such as `session.start`; most lines are long, and few of them matter."""
    if not line.startswith(_HEAD):
        return b""
    kind = line[len(_HEAD) : line.find(b'"', len(_HEAD), 100)]
    return kind if b"." in kind else b""


def _distance(record: _Record, attributes: Attributes) -> int | None:
    """Return how far a record is from the CLI's own one; `None` for one that is no call of a model."""
    name, body = (each if isinstance(each, str) else "" for each in (record.name, record.body))
    if record.type == "span" or (record.type is None and name):
        if attributes.operation == "chat" or name.startswith("chat "):
            return _CHAT
        return _SUMMARY if attributes.operation == "invoke_agent" or name.startswith("invoke_agent") else None
    if attributes.event == "gen_ai.client.inference.operation.details" or body.startswith("GenAI inference:"):
        return _INFERENCE
    return _TURN if attributes.event == "copilot_chat.agent.turn" or body.startswith("copilot_chat.agent.turn") else None
