"""Reads messages of OpenCode and its kin from their databases and old files (rules: OpenCode's `session.sql.ts` and `getUsage`; tokscale).

Every assistant message is one response. `tokens.input` is the uncached remainder; `output` is without `reasoning`, unless the total
says otherwise; `cost` is what OpenCode worked out, 0 when it knew no price. Version 1 has a table `message` with the role inside the
JSON, version 2 a table `session_message` with it in the column `type`; both are filled by some versions. A fork copies messages
under new ids, with equal times and counts; files that were moved into the database stay behind. Kilo takes tasks over from its editor
extension (its `legacy-migration`), without their counts.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import msgspec

from tankful.core.making import made
from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.opencode_places import addresses_in, base_urls_beside
from tankful.sources.opencode_usual import UsualMessages
from tankful.sources.source import Log
from tankful.sources.stored import Pieces, has, picked
from tankful.sources.values import Values
from tankful.sources.way import way_of

_TABLES = ("session_message", "message")
_TAKEN_OVER = "legacy"
"""Whose models Kilo calls those of tasks that it takes over from its editor extension: their messages count nothing, the tasks do."""


class _Cache(msgspec.Struct):
    read: object = None
    write: object = None


class _Tokens(msgspec.Struct):
    input: object = None
    output: object = None
    reasoning: object = None
    total: object = None
    cache: _Cache | None = None


class _Time(msgspec.Struct):
    created: object = None
    completed: object = None


class Message(msgspec.Struct):
    """What is needed of a message, of both versions and of the old files."""

    id: object = None
    session: object = msgspec.field(default=None, name="sessionID")
    role: object = None
    model_id: object = msgspec.field(default=None, name="modelID")
    provider_id: object = msgspec.field(default=None, name="providerID")
    model: object = None
    path: object = None
    cost: object = None
    tokens: _Tokens | None = None
    time: _Time | None = None


class _Place(msgspec.Struct):
    """What a row says besides its message."""

    id: object = None
    session: object = None
    role: object = None
    created: object = None
    directory: object = None
    parent: object = None
    second_hand: int = 0


class _Progress(msgspec.Struct):
    """How far the rows of a table were read: all that changed before `since` (ms), and of the others those up to `row`."""

    since: int = 0
    row: int = 0
    newest: int = 0
    """The last change among the rows that were read before the first interruption: nothing older is written after it."""


class OpenCodeMessages:
    """Turns messages into events and prompts, wherever they are kept."""

    def __init__(self, log: Log) -> None:
        """Look up where calls of this log go."""
        self._source = log.source
        self._way = way_of(log.route)
        self._urls = self._way.by_provider or base_urls_beside(log.path)
        self._of_projects: dict[str, Mapping[str, str]] = {}
        self._prompt, self._copy = f"{log.source}-prompt", f"{log.source}-copy"

    def usual(self, now: datetime) -> UsualMessages:
        """Return what takes rows of a table that are as most are, up to now."""
        return UsualMessages(self._source, self._copy, self._route, now)

    def take(self, message: Message, place: _Place, values: Values, found: Findings) -> None:
        """Add what a message is: a response, a prompt, or nothing yet."""
        role = values.word(place.role if place.role is not None else message.role)
        if role == "user":
            self._take_prompt(message, place, values, found)
        elif message.tokens is not None and role in {"assistant", ""}:
            event = self._event(message, message.tokens, place, values)
            if event is not None:
                found.events.append(event)

    def _take_prompt(self, message: Message, place: _Place, values: Values, found: Findings) -> None:
        if place.parent is not None:  # what an agent asks its sub-agent
            return
        if values.word(_member(message.model, "providerID")) == _TAKEN_OVER:
            return
        created = message.time.created if message.time is not None else place.created
        known = values.moment_if_any(created)
        at = known if known is not None else values.moment(created)
        stamp = known.isoformat() if known is not None else values.word(place.id or message.id)
        session = values.word(place.session or message.session)
        project = _project(message, place, values)
        found.prompts.append(Prompt(self._source, key_of(self._prompt, stamp), at, session, project))

    def _event(self, message: Message, tokens: _Tokens, place: _Place, values: Values) -> UsageEvent | None:
        usage = _usage(tokens, values)
        cost = values.dollars(message.cost) or None  # 0: it knew no price
        if not usage.total and cost is None:
            return None  # not answered yet, or refused
        time = message.time if message.time is not None else _Time()
        created = time.created if time.created is not None else place.created
        model = values.word(message.model_id) or values.word(_member(message.model, "id"))
        provider = values.word(message.provider_id) or values.word(_member(message.model, "providerID"))
        keys: list[int] = []
        name = values.word(message.id) or values.word(place.id)
        if name:
            keys.append(key_of(self._source, name))
        began, ended = values.moment_if_any(created), values.moment_if_any(time.completed)
        if began is not None or not name:
            stamps = (began.isoformat() if began is not None else "", ended.isoformat() if ended is not None else "")
            keys.append(key_of(self._copy, *stamps, provider, model, *map(str, usage), _text(message.cost, cost)))
        at = began if began is not None else values.moment(created)
        session = values.word(place.parent) or values.word(place.session) or values.word(message.session)
        project = _project(message, place, values)
        told = (
            self._source,
            tuple(keys),
            at,
            usage,
            model or None,
            session,
            project,
            provider,
            self._route(provider, project),
            "",
            "",
            cost,
        )
        # By place, since a first scan makes many thousands.
        return made(UsageEvent, (*told, 0, "", False, False, 0, place.second_hand, False, False, False, False))

    def _route(self, provider: str, project: str) -> str:
        """Return where a provider is called: as the project's own settings say, else the user's."""
        own = self._of_projects.get(project)
        if own is None:
            own = self._of_projects[project] = addresses_in(self._source, project) if project else {}
        if provider in own:
            return own[provider]
        return self._way.usual if self._urls is None else self._urls.get(provider, "")


def _usage(tokens: _Tokens, values: Values) -> TokenUsage:
    cache = tokens.cache if tokens.cache is not None else _Cache()
    uncached, read, written = values.count(tokens.input), values.count(cache.read), values.count(cache.write)
    output, reasoning, total = values.count(tokens.output), values.count(tokens.reasoning), values.count(tokens.total)
    if not total or total != uncached + read + written + output:
        output += reasoning
    return TokenUsage(uncached, output, read, written, 0, min(reasoning, output))


def _project(message: Message, place: _Place, values: Values) -> str:
    return values.word(place.directory) or values.word(_member(message.path, "cwd")) or values.word(_member(message.path, "root"))


def _member(given: object, name: str) -> object:
    return cast("dict[str, Any]", given).get(name) if isinstance(given, dict) else None


def _text(written: object, cost: Decimal | None) -> str:
    """Return dollars without a power of ten and zeros at the end: most are written so."""
    if cost is None:
        return ""
    text = repr(written) if type(written) is float else "e"
    return f"{cost.normalize():f}" if "e" in text or text.endswith(".0") else text


class OpenCodeStore:
    """Reads a database; rows are written again while their response arrives, so those that changed are met again."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind what an earlier reading found."""
        self._path = log.path
        self._messages = OpenCodeMessages(log)
        self._progress = restored(fields, {}, dict[str, _Progress])

    def fields(self) -> bytes:
        """Return how far each table was read."""
        return msgspec.msgpack.encode(self._progress)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the messages that are new or changed."""
        values = Values(self._path, 0, times, found)
        known = False
        for table in _TABLES:
            columns = store.columns(table)
            if columns.issuperset(("id", "session_id", "data")):
                known = True
                yield from self._read_table(store, table, columns, values, found)
        if not known:
            values.blame(Flaw.OTHER_SHAPE)

    def _read_table(self, store: Store, table: str, columns: frozenset[str], values: Values, found: Findings) -> Iterator[None]:
        progress = self._progress.setdefault(table, _Progress())
        begins = progress.row == 0
        usual = self._messages.usual(values.now)
        pieces = Pieces()
        for row, changed, name, session, data, kind, created, directory, parent in store.rows(
            _query(store, table, columns), progress.row, progress.since
        ):
            event = usual.event(data, name, parent or session, directory) if kind is None else None
            if event is not None:
                found.events.append(event)
            elif isinstance(data, (str, bytes)):
                message = values.decoded(data, Message)
                if message is not None:
                    place = _Place(name, session, kind, created, directory, parent)
                    self._messages.take(message, place, values, found)
            else:
                values.blame(Flaw.WRONG_SHAPE)
            if begins and isinstance(changed, int):
                progress.newest = max(progress.newest, changed)
            progress.row = row
            if pieces.full():
                yield
        # What changed since an interruption is looked for once more.
        progress.since = progress.newest
        progress.row = 0
        yield


def _query(store: Store, table: str, columns: frozenset[str]) -> str:
    """Return the question for the rows after one and not older than a time, in their own order."""
    fields = picked(columns, ("time_updated", "id", "session_id", "data", "type", "time_created"), "m")
    session = store.columns("session")
    joined = has(store, "session", "id")
    directory = picked(session if joined else frozenset(), ("directory", "parent_id"), "s")
    join = "LEFT JOIN session s ON s.id = m.session_id" if joined else ""
    since = "m.time_updated >= ?2 OR m.time_updated IS NULL" if "time_updated" in columns else "?2 IS NOT NULL"
    kinds = "AND m.type IN ('assistant', 'user')" if table == "session_message" and "type" in columns else ""
    return f"SELECT m.rowid, {fields}, {directory} FROM {table} m {join} WHERE m.rowid > ?1 AND ({since}) {kinds} ORDER BY m.rowid"  # noqa: S608 - names of our own


class OpenCodeFile:
    """Reads a message that an old version kept in a file of its own; what the database says of it counts more."""

    def __init__(self, log: Log) -> None:
        """Nothing is remembered from one reading to the next."""
        self._path = log.path
        self._messages = OpenCodeMessages(log)

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add the message."""
        values = Values(self._path, 0, times, found)
        message = values.decoded(content, Message)
        if message is not None:
            self._messages.take(message, _Place(second_hand=1), values, found)
