"""Reads conversations of Antigravity (rules: the public descriptions of its `ModelUsageStats`; tokscale's readings of real databases).

Table `gen_metadata` has one row a response, a protocol buffer of which these fields are read: 1 the call; in it 4 the usage, 9 the time,
19 the model, 21 the model's name for people. In the usage: 2 uncached input, 3 output, 4 and 5 cache writes and reads, 9 thinking, 10 text,
11 the response's id. Field 1 is the number of the model (1132 is `MODEL_PLACEHOLDER_M132`), which some count as tokens by mistake; 3 is the
sum of 9 and 10, and the vendor bills both alike. In the time: 4 seconds and nanoseconds, which versions from 1.1.18 on leave out.
"""

from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

import msgspec

from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.antigravity_source import ID
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import Log
from tankful.sources.stored import Pieces, has
from tankful.sources.values import Values
from tankful.sources.wire import Fields

_ROUTING_NAME = "gemini-default"
"""Names what chose the model, not the model."""


class _State(msgspec.Struct):
    row: int = 0
    """The last row that was read; it is read again, since it may have been written before its response had ended."""
    models: dict[str, str | None] = msgspec.field(default_factory=dict[str, str | None])
    """The model by its name for people; `None` for a name that was two models."""


class AntigravityParser:
    """Reads the responses that are new in a conversation."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind what an earlier reading found."""
        self._log = log
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return how far the conversation was read."""
        return msgspec.msgpack.encode(self._state)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the responses; those without a time are dated at the file's last change."""
        values = Values(self._log.path, 0, times, found)
        if not has(store, "gen_metadata", "idx", "data"):
            values.blame(Flaw.OTHER_SHAPE)
            return
        query = "SELECT rowid, data FROM gen_metadata WHERE rowid >= ?1 ORDER BY rowid"
        for _, content in store.rows(query, self._state.row):
            self._learn(content)
        project = _project(store)
        pieces, dated = Pieces(), True
        for number, content in store.rows(query, self._state.row):
            call = _call(content)
            usage = call.message(4) if call is not None else None
            if call is None or usage is None:
                values.blame(Flaw.WRONG_SHAPE)
            else:
                event = self._event(call, usage, project, values, times)
                if event is not None:
                    found.events.append(event)
                    dated = dated and not event.undated
            self._state.row = number
            if pieces.full():
                yield
        if not dated:
            values.blame(Flaw.BAD_TIME)
        yield

    def _learn(self, content: object) -> None:
        """Note which model a name for people stands for, so that responses that say only the name have a model."""
        call = _call(content)
        model, name = (_model(call), call.text(21)) if call is not None else ("", "")
        if model and name:
            known = self._state.models.setdefault(name, model)
            if known != model:
                self._state.models[name] = None

    def _event(self, call: Fields, usage: Fields, project: str, values: Values, times: FileTimes) -> UsageEvent | None:
        thinking, text = values.count(usage.number(9)), values.count(usage.number(10))
        uncached, read, written = (values.count(usage.number(field)) for field in (2, 5, 4))
        output = max(values.count(usage.number(3)), thinking + text)
        tokens = TokenUsage(uncached, output, read, written, 0, thinking)
        if not tokens.total:
            return None
        stamp = _stamp(call)
        at = values.moment_if_any(stamp)
        response = values.word(usage.text(11))
        conversation = values.word(call.text(3))
        identity = (response,) if response else (conversation, str(stamp), *map(str, tokens))
        return UsageEvent(
            agent=ID,
            keys=(key_of(ID, *identity),),
            at=at if at is not None else times.modified,
            tokens=tokens,
            model=values.word(_model(call)) or self._state.models.get(call.text(21)),
            session=PurePath(self._log.path).stem,
            project=project,
            provider="google",
            call=response,
            first_wins=at is None,
            undated=at is None,
        )


def _call(content: object) -> Fields | None:
    return Fields(content).message(1) if isinstance(content, bytes) else None


def _model(call: Fields) -> str:
    model = call.text(19).strip()
    return "" if model == _ROUTING_NAME else model


def _stamp(call: Fields) -> float | None:
    """Return seconds since 1970, if the response says when it was."""
    time = call.message(9)
    at = time.message(4) if time is not None else None
    return at.number(1) + at.number(2) / 1e9 if at is not None else None


def _project(store: Store) -> str:
    """Return the folder of the conversation: the first text of the first part of its metadata, a `file:` address."""
    if not has(store, "trajectory_metadata_blob", "data"):
        return ""
    for (content,) in store.rows("SELECT data FROM trajectory_metadata_blob LIMIT 1"):
        folder = _call(content)
        address = folder.text(1) if folder is not None else ""
        if address.startswith("file://") and address.isprintable():
            path = unquote(urlsplit(address).path)
            return path[1:] if path[2:3] == ":" else path  # a drive of Windows has a slash before it
    return ""
