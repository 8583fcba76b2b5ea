"""Reads Kiro's conversations, which seldom say what they cost (rules: Kiro CLI's `ConversationState`; tokscale; agentsview).

Token counts are taken where there are any. Else the input is the share of the context window that the service measured times the
window's size; the output is a quarter of the length of the answer (characters), which only the database keeps. A turn without a
measured share is not booked: its context is not known, and the text that was typed is the least part of it. What people typed is
counted as prompts. The editor writes texts and nothing measured, so that only its activity is seen.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, cast

import msgspec

from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.usage import TOKENS_MAX, Prompt, TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.kiro_source import ID
from tankful.sources.source import Log
from tankful.sources.stored import Pieces, has, picked, text_of
from tankful.sources.values import Values

_CHARACTERS_A_TOKEN = 4
_PROVIDER = "amazon-bedrock"


class _ModelInfo(msgspec.Struct):
    model_id: object = None
    context_window_tokens: object = None


class _Request(msgspec.Struct):
    """What is known of a request of the database, or of a turn of a session file: the same things under two sets of names."""

    request_id: object = None
    message_id: object = None
    model_id: object = None
    context_usage_percentage: object = None
    response_size: object = None
    request_start_timestamp_ms: object = None
    stream_end_timestamp_ms: object = None
    uncached_input_tokens: object = None
    output_tokens: object = None
    cache_read_tokens: object = None
    cache_write_tokens: object = None


class _User(msgspec.Struct):
    timestamp: object = None
    content: object = None
    env_context: object = None


class _Exchange(msgspec.Struct):
    user: _User | None = None
    request_metadata: _Request | None = None


class _Conversation(msgspec.Struct):
    """The value of a row of `conversations_v2`."""

    history: list[_Exchange] = []
    model_info: _ModelInfo | None = None


class _Turn(msgspec.Struct):
    input_token_count: object = None
    output_token_count: object = None
    cache_read_input_token_count: object = None
    cache_write_input_token_count: object = None
    context_usage_percentage: object = None
    end_timestamp: object = None
    message_ids: object = None


class _Metadata(msgspec.Struct):
    user_turn_metadatas: list[_Turn] | None = None


class _ModelState(msgspec.Struct):
    model_info: _ModelInfo | None = None


class _SessionState(msgspec.Struct):
    rts_model_state: _ModelState | None = None
    conversation_metadata: _Metadata | None = None


class _Entry(msgspec.Struct):
    """Of an editor's session, one thing that was said."""

    message: object = None


class _Session(msgspec.Struct):
    """A session of the command line (with a state) or of the editor (with a history)."""

    session_id: object = None
    cwd: object = None
    session_state: _SessionState | None = None
    editor_session: object = msgspec.field(default=None, name="sessionId")
    folder: object = msgspec.field(default=None, name="workspaceDirectory")
    history: list[_Entry] | None = None


class _Meta(msgspec.Struct):
    timestamp: object = None


class _Said(msgspec.Struct):
    message_id: object = None
    meta: _Meta | None = None


class _Line(msgspec.Struct):
    kind: object = None
    data: _Said | None = None


def _usage(request: _Request, window: int, values: Values) -> TokenUsage | None:
    """Return what was counted, else what can be estimated; `None` when nothing can."""
    counted = (request.uncached_input_tokens, request.output_tokens, request.cache_read_tokens, request.cache_write_tokens)
    usage = TokenUsage(*map(values.count, counted))
    if usage.prompt:
        return usage
    percent = request.context_usage_percentage
    if isinstance(percent, bool) or not isinstance(percent, (int, float)) or not 0 < percent <= 100 or not window:
        return None
    told = -(-values.count(request.response_size, TOKENS_MAX) // _CHARACTERS_A_TOKEN)
    return TokenUsage(int(window * Decimal(str(percent)) / 100), usage.output or told)


def _model(*named: object, values: Values) -> str | None:
    """Return the first name that is one; `auto` names what chose the model."""
    return next((name for name in map(values.word, named) if name and name != "auto"), None)


def _window(info: _ModelInfo, values: Values) -> int:
    return values.count(info.context_window_tokens)


class KiroStore:
    """Reads the database of the command line; a conversation is one value that is written again with every request."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on at the time of the last change that an earlier reading found."""
        self._path = log.path
        self._since = restored(fields, 0)

    def fields(self) -> bytes:
        """Return the time of the last change."""
        return msgspec.msgpack.encode(self._since)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the requests and prompts of conversations that changed, the longest unchanged first."""
        values = Values(self._path, 0, times, found)
        table = next((name for name in ("conversations_v2", "conversations") if has(store, name, "key", "value")), "")
        if not table:
            values.blame(Flaw.OTHER_SHAPE)
            return
        columns = store.columns(table)
        fields = picked(columns, ("key", "conversation_id", "value", "updated_at"), "c")
        changed = "WHERE c.updated_at >= ?1 ORDER BY c.updated_at" if "updated_at" in columns else "WHERE ?1 IS NOT NULL"
        # Each value is asked for by itself: a conversation may be large, and to sort them all together takes the memory of all.
        numbers = [number for (number,) in store.rows(f"SELECT c.rowid FROM {table} c {changed}", self._since)]  # noqa: S608 - names of our own
        each = f"SELECT {fields} FROM {table} c WHERE c.rowid = ?1"  # noqa: S608 - same
        pieces = Pieces()
        for folder, name, value, at in chain.from_iterable(store.rows(each, number) for number in numbers):
            conversation = values.decoded(value, _Conversation) if isinstance(value, (str, bytes)) else None
            if conversation is not None:
                _read_conversation(conversation, values.word(name) or values.word(folder), values.word(folder), values, found)
            if isinstance(at, int):
                self._since = max(self._since, at)
            if pieces.full():
                yield
        yield


def _read_conversation(conversation: _Conversation, session: str, folder: str, values: Values, found: Findings) -> None:
    info = conversation.model_info or _ModelInfo()
    window = _window(info, values)
    for exchange in conversation.history:
        request, user = exchange.request_metadata or _Request(), exchange.user or _User()
        project = values.word(_member(user.env_context, "env_state", "current_working_directory")) or folder
        start = user.timestamp if user.timestamp is not None else request.request_start_timestamp_ms
        if _member(user.content, "Prompt") is not None:
            found.prompts.append(Prompt(ID, key_of("kiro-prompt", session, text_of(start)), values.moment(start), session, project))
        usage = _usage(request, window, values)
        if usage is None:
            continue
        at = request.request_start_timestamp_ms if request.request_start_timestamp_ms is not None else request.stream_end_timestamp_ms
        identity = map(text_of, (request.request_id or request.message_id, at))
        found.events.append(
            UsageEvent(
                agent=ID,
                keys=(key_of(ID, session, *identity),),
                at=values.moment(at),
                tokens=usage,
                model=_model(request.model_id, info.model_id, values=values),
                session=session,
                project=project,
                provider=_PROVIDER,
            )
        )


class KiroSession:
    """Reads a session file of the command line or of the editor."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the number of prompts that the last version had."""
        self._path = log.path
        self._typed = restored(fields, 0)

    def fields(self) -> bytes:
        """Return how many prompts an editor's session has."""
        return msgspec.msgpack.encode(self._typed)

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add the turns of a session of the command line, or that somebody typed in the editor."""
        values = Values(self._path, 0, times, found)
        session = values.decoded(content, _Session)
        if session is None:
            return
        if session.session_state is not None:
            _read_turns(session, session.session_state, values, found)
        elif session.history is not None:
            self._read_editor(session, session.history, values, times, found)

    def _read_editor(self, session: _Session, history: list[_Entry], values: Values, times: FileTimes, found: Findings) -> None:
        """Note that there is a new prompt: when it was typed is not written, only when the file changed."""
        typed = sum(1 for entry in history if _member(entry.message, "role") == "user")
        if typed > self._typed:
            name = values.word(session.editor_session)
            found.prompts.append(Prompt(ID, key_of("kiro-prompt", name, f"#{typed}"), times.modified, name, values.word(session.folder)))
        self._typed = typed


def _read_turns(session: _Session, state: _SessionState, values: Values, found: Findings) -> None:
    info = (state.rts_model_state or _ModelState()).model_info or _ModelInfo()
    name, project, window = values.word(session.session_id), values.word(session.cwd), _window(info, values)
    for number, turn in enumerate((state.conversation_metadata or _Metadata()).user_turn_metadatas or ()):
        request = _Request(
            context_usage_percentage=turn.context_usage_percentage,
            uncached_input_tokens=turn.input_token_count,
            output_tokens=turn.output_token_count,
            cache_read_tokens=turn.cache_read_input_token_count,
            cache_write_tokens=turn.cache_write_input_token_count,
        )
        usage = _usage(request, window, values)
        if usage is None:
            continue
        given = turn.message_ids
        ids = cast("list[Any]", given) if isinstance(given, list) else []
        ended = turn.end_timestamp
        seconds = _member(ended, "secs_since_epoch")
        found.events.append(
            UsageEvent(
                agent=ID,
                keys=(key_of(ID, name, text_of(ids[0]) if ids else str(number)),),
                at=values.moment(ended if seconds is None else seconds),
                tokens=usage,
                model=_model(info.model_id, values=values),
                session=name,
                project=project,
                provider=_PROVIDER,
            )
        )


class KiroTranscript:
    """Reads the transcript of a session of the command line for what people typed."""

    def __init__(self, log: Log, _fields: bytes | None) -> None:
        """Nothing is remembered from line to line."""
        self._path = log.path

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add the prompts; the session is the one whose file has the same name."""
        for number, line in enumerate(lines, first_line):
            if b'"Prompt"' not in line:
                continue
            values = Values(self._path, number, times, found)
            said = values.decoded(line, _Line)
            if said is None or said.kind != "Prompt" or said.data is None:
                continue
            stamp = said.data.meta.timestamp if said.data.meta is not None else None
            identity = values.word(said.data.message_id) or text_of(stamp)
            found.prompts.append(Prompt(ID, key_of("kiro-prompt", identity), values.moment(stamp), _session_of(self._path)))


def _session_of(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].partition(".")[0]


def _member(given: object, *names: str) -> object:
    for name in names:
        given = cast("dict[str, Any]", given).get(name) if isinstance(given, dict) else None
    return given
