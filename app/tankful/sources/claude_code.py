"""Reads Claude Code's transcripts: one usage event for each response, however many lines repeat it.

Its vendor documents none of it: the rules are those that ccusage, tokscale and agentsview (claude_lineage.go) found.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import msgspec

from tankful.core.problems import Flaw
from tankful.core.usage import Prompt
from tankful.sources import claude_code_places as places
from tankful.sources.claude_code_lines import (
    UNDECODABLE,
    Line,
    Message,
    Usage,
    UserLine,
    advisors,
    decode_ending,
    decode_line,
    decode_user_line,
    is_typed,
    repair,
)
from tankful.sources.claude_code_projects import ProjectRoutes
from tankful.sources.claude_code_responses import ASIDE, MAIN, REPLAY, REPORT, STAND_IN_MAX, Identity, Response, Words
from tankful.sources.identity import key_of
from tankful.sources.json_lines import trimmed
from tankful.sources.source import FileTimes, Findings, Log

_EARLIEST = datetime(2023, 1, 1, tzinfo=UTC)
"""Before the first model that had an agent: such a time is a broken clock."""
_A_DAY = timedelta(days=1)
_RECENT = timedelta(days=2)
"""A live report comes earlier than its log is read, but not by more; older responses are spared the key that reports know them by."""
_DOLLARS_MAX = Decimal(1_000_000)
_ENDS = 1024
"""A line says within so many bytes of its start, or of its end, whose it is."""
_MESSAGE = b'"message":{"'
_OPEN, _CLOSE, _M, _NUL = b"{}m\0"  # as numbers: looking for bytes in bytes raises and drops an error each time
_TO_KEY = len(_MESSAGE)
"""Claude Code begins the vendor's answer with `model`, and the results of tools as below (two versions). A line that begins
otherwise is read as well, but it has to be searched first."""
_RESULT = (b'"message":{"role":"user","content":[{"tool_use_id":"', b'"message":{"role":"user","content":[{"type":"tool_result",')
_AFTER_CONTENT = b',"stop_reason":'
_KINDS = (None, "assistant", "user")
_SNAPSHOT = b'{"type":"file-history-snapshot"'
_QUOTED_COST = re.compile(rb'"costUSD"\s*:\s*"')

T = TypeVar("T", Line, UserLine)


class _State(msgspec.Struct):
    """What the parser has to know of the lines before."""

    cwd: str = ""


class ClaudeCodeParser:
    """Reads one transcript front to back; all it remembers from line to line is the last working directory."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read, or from the start where its fields are missing or unknown."""
        self._log = log
        self._session = places.session_of(log.path)
        self._routes = ProjectRoutes(log)
        self._words = Words()
        self._latest: Response | None = None
        """What the line before belongs to."""
        self._until = _EARLIEST
        """A line cannot be later."""
        try:
            self._state = _State() if fields is None else msgspec.json.decode(fields, type=_State)
        except UNDECODABLE:
            self._state = _State()

    def fields(self) -> bytes:
        """Return the last working directory."""
        return msgspec.json.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each response these lines hold, and one prompt for each thing a human said.

        A response whose lines come in different reads gives an event in each, with a key in common.
        """
        responses: dict[Identity, Response] = {}
        self._latest = None
        self._until = times.now + _A_DAY
        for number, line in enumerate(lines, first_line):
            latest = self._latest
            if latest is not None and latest.head and line[latest.head_at] == latest.head and self._goes_on(latest, line):
                continue
            message = line.find(_MESSAGE, 0, _ENDS)
            if message > 0 and line[0] == _OPEN and line[-1] == _CLOSE:
                if line[message + _TO_KEY] == _M:
                    if self._take_answer(line, message, number, times, found, responses):
                        continue
                elif line.startswith(_RESULT, message) and _NUL not in line:
                    continue
            self._take_any(line, number, times, found, responses)
        recent = times.now - _RECENT
        for response in responses.values():
            response.tell(found.events, self._routes.of(response.project), self._words, recent)

    def _take_answer(
        self, line: bytes, place: int, number: int, times: FileTimes, found: Findings, responses: dict[Identity, Response]
    ) -> bool:
        """Book a line that begins like a response, with its message at `place`; says whether it is one."""
        try:
            shape = decode_line(line)
        except UNDECODABLE:
            return False
        message = shape.message
        if message is None or message.usage is None:
            return False
        self._book(shape, message, message.usage, line, number, times, found, responses)
        if message.stop_reason is None and self._latest is not None:
            self._latest.note_head(line, place)
        return True

    def _goes_on(self, response: Response, line: bytes) -> bool:
        """Take in a line that begins like the one before, as another block of the same response; says whether it is one.

        Only what comes after the content is decoded. That is safe, since nothing but the output count, the time and the
        line's own identity may differ from what is known, else the line is read as a whole.
        """
        end = line.rfind(_AFTER_CONTENT, -_ENDS)
        if end < 0:
            return False
        try:
            rest = decode_ending(b'{"message":{' + line[end + 1 :])
        except UNDECODABLE:
            return False
        at = rest.timestamp
        if at.tzinfo is not UTC or not _EARLIEST <= at <= self._until:
            return False
        cwd = response.repeated_in(rest)
        if cwd is None:
            return False
        if cwd != self._state.cwd and cwd:
            self._work_in(cwd)
        message = rest.message
        response.go_on(message.stop_reason, message.usage.output or 0, at, rest.uuid)
        return True

    def _take_any(self, raw: bytes, number: int, times: FileTimes, found: Findings, responses: dict[Identity, Response]) -> None:
        """Take a line of any kind; looking for what it may hold costs more than decoding one that is known."""
        line = raw if raw.startswith(b"{") and raw.endswith(b"}") else trimmed(raw, number, self._log.path, found)
        if line.startswith(_SNAPSHOT):
            return
        if line.find(b'"usage"') >= 0:
            self._take(line, number, times, found, responses)
        elif _NUL in line:
            found.blame(Flaw.NOT_JSON, self._log.path, number)
        elif line.find(b'"user"', 0, _ENDS) >= 0 or line.find(b'"user"', -_ENDS) >= 0:
            self._take_prompt(line, number, times, found)

    def _blame_text(self, line: bytes, number: int, found: Findings) -> None:
        """Note that a line holds what is no character; where it is kept, another one takes its place."""
        try:
            line.decode()
        except UnicodeDecodeError:
            found.blame(Flaw.BAD_TEXT, self._log.path, number)

    def _take(self, line: bytes, number: int, times: FileTimes, found: Findings, responses: dict[Identity, Response]) -> None:
        """Book what a line with usage says, if its usage is a response's."""
        try:
            shape = decode_line(line)
        except UNDECODABLE:
            shape = self._repaired(line, Line, number, found)
            if shape is None:
                return
        if shape.message is None or shape.message.usage is None:
            if shape.type == "user":
                self._take_prompt(line, number, times, found)
                return
            shape = shape.unwrapped()
        if shape.message is not None and shape.message.usage is not None:
            self._book(shape, shape.message, shape.message.usage, line, number, times, found, responses)

    def _book(
        self,
        line: Line,
        message: Message,
        usage: Usage,
        raw: bytes,
        number: int,
        times: FileTimes,
        found: Findings,
        responses: dict[Identity, Response],
    ) -> None:
        """Note what one line says of a response."""
        latest, self._latest = self._latest, None
        if message.model == "<synthetic>":
            return
        if line.cwd and line.cwd != self._state.cwd:
            self._work_in(line.cwd)
        at = line.timestamp
        if at is None or at.tzinfo is not UTC or not _EARLIEST <= at <= self._until:
            at = self._time(at, number, times, found)
        undated = at is times.modified
        if latest is not None and message.id == latest.message_id and not undated and latest.goes_on(line, message, usage):
            self._latest = latest
            latest.project = latest.project or self._state.cwd
            latest.go_on(message.stop_reason, usage.output or 0, at, line.uuid)
            return
        session = line.session or self._session
        response = Response.seen(usage, message.model, at, undated, session, self._state.cwd)
        if message.stop_reason is None and response.output <= STAND_IN_MAX:
            response.placeholder = True
        if line.cost is not None:
            response.cost = self._cost(line.cost, raw, number, found)
        if len(usage.iterations) > 2 and b'"advisor_message"' in bytes(usage.iterations):
            self._take_advisors(usage.iterations, response, number, found)
        if not (response.counts or response.advisors):
            return
        known = responses.setdefault(_identified(response, line, raw), response)
        if known is not response:
            known.add(response)
            known.head = b""
        self._latest = known if line.cost is None and len(usage.iterations) <= 2 and not known.undated else None
        known.shown = (line, usage)

    def _work_in(self, cwd: str) -> None:
        self._state.cwd = self._words.shared(cwd)

    def _take_advisors(self, iterations: msgspec.Raw, response: Response, number: int, found: Findings) -> None:
        """Note the calls to other models that the response contains: they are not in its own counts."""
        calls, flaws = advisors(iterations)
        self._blame(flaws, number, found)
        within: dict[int, Response] = {}
        for place, call in calls:
            if call.model != "<synthetic>":
                within[place] = Response.seen(call, call.model, response.at, response.undated, response.session, response.project)
        response.advisors = within or None

    def _take_prompt(self, line: bytes, number: int, times: FileTimes, found: Findings) -> None:
        """Note that a human said something, unless the line is a tool's result or of the program's own making."""
        if line.find(b'"tool_use_id"') >= 0 or line.find(b'"toolUseResult"') >= 0:
            return
        try:
            shape = decode_user_line(line)
        except UNDECODABLE:
            shape = self._repaired(line, UserLine, number, found)
            if shape is None:
                return
        if shape.type != "user" or shape.message is None:
            return
        if shape.cwd:
            self._state.cwd = self._words.shared(shape.cwd)
        if shape.meta or shape.sidechain or shape.summary or not is_typed(shape.message.content):
            return
        at = self._time(shape.timestamp, number, times, found)
        session = self._words.shared(shape.session or self._session)
        if shape.uuid:
            key = key_of("claude-prompt", shape.uuid)
        elif shape.timestamp is not None:
            key = key_of("claude-prompt", session, shape.timestamp.isoformat())
        else:
            key = key_of("claude-prompt", _digest(line))
        found.prompts.append(Prompt(places.ID, key, at, session, self._state.cwd))

    def _time(self, stamp: datetime | None, number: int, times: FileTimes, found: Findings) -> datetime:
        """Return when a line was written, in UTC; the file's own time where the line's cannot be."""
        if stamp is not None:
            zoned = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp
            if _EARLIEST <= zoned <= self._until:
                return zoned if zoned.tzinfo is UTC else zoned.astimezone(UTC)
        found.blame(Flaw.BAD_TIME, self._log.path, number)
        return times.modified

    def _cost(self, cost: Decimal, raw: bytes, number: int, found: Findings) -> Decimal | None:
        """Return the dollars as they are written, unless no response can cost that."""
        if _QUOTED_COST.search(raw):
            found.blame(Flaw.WRONG_SHAPE, self._log.path, number)
        if cost.is_finite() and 0 <= cost <= _DOLLARS_MAX:
            # Rounds to the context's 28 digits: more than any real number has, fewer than a hostile log may give.
            return +cost
        found.blame(Flaw.BAD_COUNT, self._log.path, number)
        return None

    def _repaired(self, line: bytes, shape: type[T], number: int, found: Findings) -> T | None:
        """Return what can be saved of a line, and blame what cannot where the line is of a kind that we know the shape of."""
        self._blame_text(line, number, found)  # a broken character may be what makes it undecodable: then it is in what is kept
        repaired = repair(line, shape)
        if repaired.value is None or repaired.value.type in _KINDS:
            self._blame(repaired.flaws, number, found)
        return repaired.value

    def _blame(self, flaws: set[Flaw], number: int, found: Findings) -> None:
        for flaw in sorted(flaws):
            found.blame(flaw, self._log.path, number)


def _identified(response: Response, shape: Line, line: bytes) -> Identity:
    """Give a response what it is met under again, and return the identity that all its lines share."""
    part = _part(shape) if shape.sidechain else MAIN
    message_id = None if shape.message is None else shape.message.id
    if message_id:
        return response.identify(part, message_id, shape.request_id, shape.uuid)
    return response.identify_line(part, shape.uuid or _digest(line))


def _part(shape: Line) -> int:
    """Say what a line off the main line has to do with the session it is written in.

    A question asked aside copies what the main line was told, each answer under its old message id and a new request id. Without
    request ids nothing tells that from a sub-agent's first call through a relay that gives every response the same message id.
    """
    if shape.type == "progress":
        return REPORT
    return REPLAY if shape.request_id else ASIDE


def _digest(line: bytes) -> str:
    """Return an identity for a line that has none of its own: its very bytes."""
    from hashlib import blake2b  # noqa: PLC0415 - brings the whole of OpenSSL, and hardly a line needs it

    return blake2b(line, digest_size=16).hexdigest()
