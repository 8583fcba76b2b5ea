"""Reads Amp's threads: one usage event for each response, told by the message, by the thread's own ledger, or by both.

Rule: kenn-io/agentsview (amp.go) and junhoyeo/tokscale (amp.rs): the ledger knows the time, the message how the prompt was
cached; both name the message. For models of OpenAI, which writes no cache, Amp files the uncached prompt under cache writes.
"""

from datetime import datetime
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from tankful.core.making import made
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources.amp_shapes import Counts, Entry, Message, SoundThread, Surroundings, Thread, Usage, decode_sound
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values


class AmpThread:
    """Reads one thread, a document that is written anew with every message."""

    def __init__(self, log: Log) -> None:
        """Remember nothing: each version of the file holds the whole thread."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add an event for each response, and a prompt for each message of a human whose time is known."""
        values = Values(self._log.path, 0, times, found)
        try:
            thread = decode_sound(content)
        except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
            thread = values.decoded(content, Thread)
        if thread is not None:
            _Reading(self._log, thread, values, found, times.modified).read()


class _Reading:
    """One reading of one thread."""

    def __init__(self, log: Log, thread: Thread | SoundThread, values: Values, found: Findings, modified: datetime) -> None:
        self._log = log
        self._thread = thread
        self._values = values
        self._found = found
        self._session = values.word(thread.id) or PurePath(log.path).stem
        self._project = self._folder()
        created = values.moment_if_any(thread.created)
        self._begun = modified if created is None else created
        self._nameless: dict[tuple[str, int], list[int]] = {}
        """Responses whose message has no number, by what a ledger says of them too."""

    def read(self) -> None:
        """Book the messages, then what only the ledger knows or knows better."""
        events: dict[int, UsageEvent] = {}
        for place, given in enumerate(self._thread.messages):
            message = given if isinstance(given, Message) else self._values.decoded(bytes(given), Message)
            if message is None:
                continue
            if message.role == "user":
                self._hear(message)
            elif message.usage is not None:
                self._note(events, self._of_message(message, message.usage, place))
        for given in self._thread.ledger.events if self._thread.ledger is not None else ():
            entry = given if isinstance(given, Entry) else self._values.decoded(bytes(given), Entry)
            if entry is not None:
                self._enter(events, entry)
        self._found.events += events.values()

    def _note(self, events: dict[int, UsageEvent], event: UsageEvent) -> None:
        if event.tokens.total:
            events[event.keys[0]] = event

    def _of_message(self, message: Message, usage: Usage, place: int) -> UsageEvent:
        values = self._values
        model = values.word(usage.model)
        written = values.count(usage.cache_creation_input_tokens)
        fresh = values.count(usage.input_tokens)
        tokens = _tokens(model, fresh, values.count(usage.output_tokens), values.count(usage.cache_read_input_tokens), written)
        at = values.moment_if_any(usage.timestamp)
        number = _number(message.id)
        own = f"message {number}" if number else f"{place if at is None else at.isoformat()} {tuple(tokens)}"
        event = self._event(self._key(own), at, model, tokens)
        if not number:
            self._nameless.setdefault((model, tokens.output), []).append(event.keys[0])
        return event

    def _enter(self, events: dict[int, UsageEvent], entry: Entry) -> None:
        """Book an entry of the ledger, which the message that it names knows in more detail."""
        values = self._values
        model = values.word(entry.model)
        given = entry.tokens or Counts()
        fresh, output, read, written = (
            values.count(given.input),
            values.count(given.output),
            values.count(given.read),
            values.count(given.written),
        )
        at = values.moment_if_any(entry.timestamp)
        number = _number(entry.message)
        alike = self._nameless.get((model, output))
        if number:
            key = self._key(f"message {number}")
        elif alike:
            key = alike.pop(0)
        else:
            key = self._key(f"entry {values.word(entry.id) or f'{at} {tuple(_tokens(model, fresh, output, read, written))}'}")
        known = events.get(key)
        if known is None:
            self._note(events, self._event(key, at, model, _tokens(model, fresh, output, read, written)))
        elif at is not None:
            events[key] = known._replace(at=at, undated=False)

    def _event(self, key: int, at: datetime | None, model: str, tokens: TokenUsage) -> UsageEvent:
        log = self._log
        told = (log.source, (key,), self._begun if at is None else at, tokens, model or None, self._session, self._project, "", log.route)
        # By place, since a first scan makes many thousands.
        return made(UsageEvent, (*told, "", "", None, 0, "", False, False, 0, 0, False, at is None, False, False))

    def _hear(self, message: Message) -> None:
        sent = self._values.moment_if_any(None if message.meta is None else message.meta.sent)
        if sent is not None and b'"tool_result"' not in bytes(message.content):
            key = key_of(self._log.source, "prompt", self._session, sent.isoformat())
            self._found.prompts.append(Prompt(self._log.source, key, sent, self._session, self._project))

    def _folder(self) -> str:
        """Return the first folder that the thread was begun in."""
        raw = bytes(self._thread.env)
        env = self._values.decoded(raw, Surroundings) if raw and raw != b"null" else None
        trees = env.initial.trees if env is not None and env.initial is not None else ()
        for tree in trees:
            uri = self._values.word(tree.uri)
            if uri.startswith("file://"):
                return _path_of(uri)
        return ""

    def _key(self, own: str) -> int:
        return key_of(self._log.source, self._session, own)


def _tokens(model: str, fresh: int, output: int, read: int, written: int) -> TokenUsage:
    if model.startswith("gpt-"):
        fresh, written = fresh + written, 0
    return made(TokenUsage, (fresh, output, read, written, 0, 0))


def _number(given: object) -> str:
    return str(given) if isinstance(given, (int, str)) and given and not isinstance(given, bool) else ""


def _path_of(uri: str) -> str:
    """Return the path that an address of a file names; on Windows it begins with a drive."""
    try:
        path = unquote(urlsplit(uri).path, errors="replace")
    except ValueError:
        return ""
    return path[1:] if len(path) > 2 and path[2] == ":" else path
