"""Reads Codex's logs: one usage event for each request, however often forks, twins and snapshots repeat it.

Rule: openai/codex (`protocol`: `TokenCountEvent`, `SessionMeta`); what forks repeat is known from logs of CodexBar and ccusage.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import msgspec

from tankful.core.making import made
from tankful.core.problems import Flaw
from tankful.core.usage import TOKENS_MAX, Prompt, UsageEvent
from tankful.sources import codex_parts as parts
from tankful.sources import codex_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.codex_counts import TOTAL_MAX, Counts, since, step
from tankful.sources.codex_lines import (
    EVENT,
    ITEM,
    NAME_MAX,
    NAMED,
    STAMPED,
    UNDECODABLE,
    CountLine,
    Kind,
    PlainLine,
    RecordLine,
    Sketch,
    StreamLine,
    T,
    Usage,
    are_texts,
    decode_count,
    decode_plain,
    decode_usual_count,
    decoded,
    inner_kind,
    kind_of,
    text_of,
    within,
)
from tankful.sources.codex_session import Session
from tankful.sources.codex_usual import EARLIEST, UsualCounts
from tankful.sources.identity import key_of
from tankful.sources.json_lines import trimmed
from tankful.sources.source import FileTimes, Findings, Log

_A_DAY = timedelta(days=1)
_RIGHT_BEHIND = timedelta(seconds=2)
"""So soon comes the count of a record; no other request is through by then."""
_NAMELESS_MAX = 64
"""So many events wait for the name of their model; those before keep none."""
_OPEN, _CLOSE = b"{}"


class CodexParser:
    """Reads one log front to back, a session's own or a captured stream of `codex exec --json`."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read, or from the start where its fields are missing or unknown."""
        self._log = log
        self._named_after = parts.session_in(log.path)
        self._name = self._named_after or PurePath(log.path).stem
        self._configuration = places.configuration_of(log.path)
        self._session = restored(fields, Session(tier=self._configuration.tier))
        self._route = self._routed()

    def fields(self) -> bytes:
        """Return everything that was said once and holds for what follows, and where the running totals stand."""
        return msgspec.msgpack.encode(self._session)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each request these lines tell of, and one prompt for each thing a human said.

        An event whose model is not known yet is added at once, and again with the same keys when it is.
        """
        if first_line == 1 and lines:
            if not parts.begins(self._named_after, lines[0]):
                self._go_on(times)
            elif self._named_after:
                self._tell_again(times, found)
        self._read(lines, first_line, times, found)

    def _go_on(self, times: FileTimes) -> None:
        """Begin where the part of the log before this one ends."""
        known = Findings()
        for line in parts.before(self._log.path):
            self._read((line,), 1, times, known)
            known.clear()
        self._session.bad_time = False
        if self._named_after and not self._session.family:
            self._session.family.append(self._named_after)

    def _tell_again(self, times: FileTimes, found: Findings) -> None:
        """Add again what later parts tell: they may have been read before this head, which says whose they are and names the model."""
        for path in parts.after(self._log.path, self._named_after):
            later, told = CodexParser(self._log._replace(path=path), None), Findings()
            later._go_on(times)
            for line in parts.matters_in(path):
                later._read((line,), 1, times, told)
            found.events += told.events
            found.prompts += told.prompts

    def _read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        usual: UsualCounts | None = None
        for number, raw in enumerate(lines, first_line):
            if raw.startswith(ITEM, STAMPED) and raw[0] == _OPEN and raw[-1] == _CLOSE:  # what most lines are
                continue
            line = raw if raw.startswith(b"{") and raw.endswith(b"}") else trimmed(raw, number, self._log.path, found)
            is_event = line.startswith(EVENT, STAMPED)
            kind = inner_kind(line[NAMED : line.find(b'"', NAMED, NAMED + NAME_MAX)]) if is_event else kind_of(line)
            if kind is None:
                continue
            if kind is Kind.COUNT:
                usual = usual or self._usual(times)
                if usual.takes(line, found.events):
                    continue
            self._take(kind, line, number, times, found)
            usual = None
        self._tell_record(found)

    def _take(self, kind: Kind | None, line: bytes, number: int, times: FileTimes, found: Findings) -> None:
        """Take a line that matters, or that may: only decoding can tell."""
        if kind is Kind.UNSURE:
            sketch = self._decoded(line, Sketch, number, found)
            kind = None if sketch is None else sketch.kind()
        if kind is not None and not line.isascii():
            line = self._mended(line, number, found)
        if kind is Kind.COUNT:
            self._take_count(line, number, times, found)
        elif kind is not None:
            self._take_other(kind, line, number, times, found)

    def _usual(self, times: FileTimes) -> UsualCounts:
        """Return what takes the counts that follow as long as they are as most are."""
        return UsualCounts(self._session, (self._log.source, *self._rest()), times.now)

    def _take_other(self, kind: Kind, line: bytes, number: int, times: FileTimes, found: Findings) -> None:
        """Take a line that matters and is no count; what is nothing else is a record."""
        match kind:
            case Kind.SESSION | Kind.TURN | Kind.TIER | Kind.PROMPT:
                shape: PlainLine | None
                try:
                    shape = decode_plain(line)
                except UNDECODABLE:
                    shape = self._decoded(line, PlainLine, number, found)
                if shape is not None:
                    self._take_plain(kind, shape, number, times, found)
            case Kind.THREAD | Kind.CAPTURED | Kind.REPLY:
                streamed = self._decoded(line, StreamLine, number, found)
                if streamed is not None:
                    self._take_streamed(kind, streamed, number, times, found)
            case _:
                record = self._decoded(line, RecordLine, number, found)
                if record is not None:
                    self._take_record(record, number, times, found)

    def _mended(self, line: bytes, number: int, found: Findings) -> bytes:
        """Return a line with what is no character in it replaced."""
        try:
            line.decode()
        except UnicodeDecodeError:
            pass
        else:
            return line
        found.blame(Flaw.BAD_TEXT, self._log.path, number)
        return line.decode("utf-8", "replace").encode()

    def _decoded(self, line: bytes, shape: type[T], number: int, found: Findings) -> T | None:
        result = decoded(line, shape)
        if result.flaw is not None:
            found.blame(result.flaw, self._log.path, number)
        return result.value

    def _take_plain(self, kind: Kind, line: PlainLine, number: int, times: FileTimes, found: Findings) -> None:
        """Note what holds for the requests that follow, or that a human said something."""
        session, payload = self._session, line.payload
        if payload is None:
            return
        if not payload.fits(kind):
            found.blame(Flaw.WRONG_SHAPE, self._log.path, number)
        if kind is Kind.SESSION:
            session.meet(payload, text_of(line.timestamp))
            self._route = self._routed()
        elif kind is Kind.TURN:
            session.take_turn(text_of(payload.turn_id), text_of(payload.cwd))
            self._name_model(text_of(payload.model), found)
        elif kind is Kind.TIER:
            # A snapshot of all settings: no tier in it means the standard one.
            session.tier = places.tier_of(within(payload.thread_settings, "service_tier"))
        elif not session.sub_agent and (payload.kind is None or payload.kind == "plain"):
            session.prompts += 1
            at = self._time(line.timestamp, number, times, found)
            found.prompts.append(Prompt(self._log.source, session.prompt_key(text_of(line.timestamp)), at, self._named(), session.project))

    def _name_model(self, model: str, found: Findings) -> None:
        """Note the model, for the events before it too if none was named yet."""
        if model:
            self._session.model = model
            record = self._session.record
            if record is not None and not record.model:
                self._session.record = record._replace(model=model)
            if self._session.nameless:
                found.events += [event._replace(model=model) for event in self._session.nameless]
                self._session.nameless = []

    def _take_count(self, line: bytes, number: int, times: FileTimes, found: Findings) -> None:
        """Book what a count adds, if it adds anything."""
        try:
            usual = decode_usual_count(line)
        except UNDECODABLE:
            self._take_unusual_count(line, number, times, found)
            return
        total, last = usual.counts()
        self._count(usual.timestamp, total, last, number, times, found)

    def _take_unusual_count(self, line: bytes, number: int, times: FileTimes, found: Findings) -> None:
        """Book what a count adds that names a model, lacks something or has something wrong with it."""
        try:
            shape: CountLine | None = decode_count(line)
        except UNDECODABLE:
            shape = self._decoded(line, CountLine, number, found)
        if shape is None or shape.payload is None or shape.payload.info is None:
            return
        info = shape.payload.info
        if info.model is not None or shape.payload.model is not None:
            if not are_texts(info.model, shape.payload.model):
                found.blame(Flaw.WRONG_SHAPE, self._log.path, number)
            self._name_model(text_of(info.model) or text_of(shape.payload.model), found)
        total, last = self._counts(info.total_token_usage, number, found), self._counts(info.last_token_usage, number, found)
        possible = self._possible(number, found, total, last=last)
        self._count(shape.timestamp, total, last, number, times, found, possible=possible)

    def _count(
        self,
        written: object,
        total: Counts | None,
        last: Counts | None,
        number: int,
        times: FileTimes,
        found: Findings,
        *,
        possible: bool = True,
    ) -> None:
        """Book what the counts of a session and of its last request add, written at a time; not `possible`: they add nothing."""
        session = self._session
        taken = step(session.before, total, last) if possible else None
        if taken is None:
            if session.latest is not None and total == session.before and last is not None and last.usage() == session.latest.tokens:
                # Told again, which a copy of only what follows has as its first count: the same request by that place and time, too.
                again = session.keys(text_of(written), _words(total), _words(last))
                found.events.append(session.latest._replace(keys=tuple(dict.fromkeys((*session.latest.keys, *again)))))
            return
        added, session.before = taken
        stamp = text_of(written)
        by_total, by_last = _words(total), _words(last)
        session.advance(stamp, by_total, by_last)
        session.latest = None
        if (last is not None or not session.repeats_parent(stamp)) and (added is last or self._possible(number, found, last=added)):
            at, keys = self._time(written, number, times, found), session.keys(stamp, by_total, by_last)
            record = self._record_of(added, at, found)
            if record is not None:  # its keys and time are those of its record, which may be booked already
                keys, at = (*record.keys, *keys), record.at
            session.latest = self._book(added, keys, at, found)

    def _take_streamed(self, kind: Kind, line: StreamLine, number: int, times: FileTimes, found: Findings) -> None:
        """Book what a captured stream tells: it gives way to the session's own log, which tells the same and more."""
        session, reply = self._session, line.reply()
        if kind is Kind.THREAD:
            thread = text_of(line.thread_id)
            if thread != session.thread:
                session.thread, session.streamed = thread, None
        if not are_texts(line.thread_id, *(() if reply is None else (reply.id, reply.model, line.model))):
            found.blame(Flaw.WRONG_SHAPE, self._log.path, number)
        if reply is None or session.met:
            return
        self._name_model(text_of(reply.model) or text_of(line.model), found)
        counts = self._counts(reply.usage, number, found) or Counts()
        if kind is Kind.CAPTURED:
            if not self._possible(number, found, counts):
                return
            keys = (key_of("codex-exec", session.thread, _words(counts)),)
            counts, session.streamed = since(session.streamed or Counts(), counts), counts
        else:
            stamp, call = text_of(line.timestamp), text_of(reply.id)
            session.advance(stamp, "", _words(counts))
            keys = (key_of("codex-reply", call) if call else key_of("codex-reply", session.thread, str(session.chain)),)
        if (counts.input or counts.output) and self._possible(number, found, last=counts):
            at = times.modified if line.timestamp is None else self._time(line.timestamp, number, times, found)
            self._book(counts, keys, at, found, second_hand=1)

    def _take_record(self, line: RecordLine, number: int, times: FileTimes, found: Findings) -> None:
        """Note what a record tells of a response: its count comes right behind it, as long as there are counts."""
        payload = line.payload
        if payload is None or payload.usage is None:
            return
        if not are_texts(payload.response_id, payload.thread_id):
            found.blame(Flaw.WRONG_SHAPE, self._log.path, number)
        counts = self._counts(payload.usage, number, found) or Counts()
        if (counts.input or counts.output) and self._possible(number, found, last=counts):
            self._tell_record(found)
            thread = text_of(payload.thread_id) or self._named()
            response = text_of(payload.response_id) or f"{thread} {text_of(line.timestamp)} {_words(counts)}"
            at = self._time(line.timestamp, number, times, found)
            self._session.record = self._event(counts, (key_of("codex-response", response),), at)
            self._session.record_told = False

    def _tell_record(self, found: Findings) -> None:
        """Book the last record if its count did not come: it has none, or it comes with the next lines and joins it then."""
        session = self._session
        if session.record is not None and not session.record_told:
            session.record_told = True
            self._add(session.record, found)

    def _record_of(self, counts: Counts, at: datetime, found: Findings) -> UsageEvent | None:
        """Return the record that this count belongs to; `None` where there is none: one without a count is booked before it."""
        record = self._session.record
        if record is not None and record.tokens != counts.usage() and abs(at - record.at) > _RIGHT_BEHIND:
            self._tell_record(found)
            record = None
        self._session.record = None
        return record

    def _book(self, counts: Counts, keys: tuple[int, ...], at: datetime, found: Findings, *, second_hand: int = 0) -> UsageEvent:
        return self._add(self._event(counts, keys, at, second_hand=second_hand), found)

    def _event(self, counts: Counts, keys: tuple[int, ...], at: datetime, *, second_hand: int = 0) -> UsageEvent:
        return made(UsageEvent, (self._log.source, keys, at, counts.usage(), *self._rest(second_hand)))

    def _rest(self, second_hand: int = 0) -> tuple[object, ...]:
        """Return what an event tells after its tokens, by place, since a first scan makes many thousands."""
        session = self._session
        project, provider = session.folder or session.turn_folder, session.provider or places.VENDOR
        told = (session.model or None, self._named(), project, provider, self._route, session.tier)
        return (*told, "", None, 0, "", False, False, 0, second_hand, True, False, False, False)

    def _add(self, event: UsageEvent, found: Findings) -> UsageEvent:
        nameless = self._session.nameless
        found.events.append(event)
        if not event.model and not event.second_hand and len(nameless) < _NAMELESS_MAX:
            nameless.append(event)
        return event

    def _counts(self, usage: Usage | None, number: int, found: Findings) -> Counts | None:
        """Return the counts of a usage; a negative one is nothing."""
        if usage is None:
            return None
        counts = usage.counts()
        if min(counts) >= 0:
            return counts
        found.blame(Flaw.BAD_COUNT, self._log.path, number)
        return Counts(*(max(0, count) for count in counts))

    def _possible(self, number: int, found: Findings, total: Counts | None = None, *, last: Counts | None = None) -> bool:
        """Say whether these can be counts of a session and of one request, and blame them if not."""
        if (total is None or max(total) <= TOTAL_MAX) and (last is None or max(last) <= TOKENS_MAX):
            return True
        found.blame(Flaw.BAD_COUNT, self._log.path, number)
        return False

    def _time(self, stamp: object, number: int, times: FileTimes, found: Findings) -> datetime:
        """Return when a line was written, in UTC; the file's own time, blamed once for a log, where the line's cannot be."""
        try:
            at = datetime.fromisoformat(stamp) if isinstance(stamp, str) else datetime.min  # noqa: DTZ901 - refused below like any other
            if at.tzinfo is UTC and EARLIEST <= at <= times.now:
                return at
            zoned = at.replace(tzinfo=UTC) if at.tzinfo is None else at
            if EARLIEST <= zoned <= times.now + _A_DAY:
                return zoned if zoned.tzinfo is UTC else zoned.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        if not self._session.bad_time:
            self._session.bad_time = True
            found.blame(Flaw.BAD_TIME, self._log.path, number)
        return times.modified

    def _named(self) -> str:
        return self._session.id or self._session.thread or self._name

    def _routed(self) -> str:
        """Return where this session's provider is called: as configured now if it is the same one."""
        provider, now = self._session.provider, self._configuration
        if provider in {"", now.provider}:
            return self._log.route
        return now.base_urls.get(provider, "" if provider == places.VENDOR else provider)


def _words(counts: Counts | None) -> str:
    return "" if counts is None else "%d,%d,%d,%d,%d" % counts  # noqa: UP031 - twice as fast as joining, for every count
