"""Reads what Continue counts: one usage event for each completion, with the prompt and the answer as it counted them itself.

By Continue's `data/log.ts` and `data/devdataSqlite.ts` each completion is noted twice, as a line and as a row with the same
counts and a time of whole seconds. There are no sessions in either: the day stands for one, and rows give way on days with lines.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources import continue_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.json_lines import objects_in
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.values import Values

_PIECE = 1_000
_NEEDED = frozenset({"id", "model", "provider", "tokens_generated", "timestamp"})


class _Line(msgspec.Struct, rename="camel"):
    model: object = None
    provider: object = None
    prompt_tokens: object = None
    generated_tokens: object = None
    timestamp: object = None
    created_at: object = None


class _Mark(msgspec.Struct):
    """The row that was read last."""

    row: int = 0


class ContinueLines:
    """Reads lines of counts, each of which stands for itself."""

    def __init__(self, log: Log, _fields: bytes | None) -> None:
        """Know where providers are called."""
        self._log = log
        self._address = places.addresses_of(log.path)

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each line."""
        for number, line in objects_in(lines, first_line, self._log.path, found):
            values = Values(self._log.path, number, times, found)
            shape = values.decoded(line, _Line)
            if shape is None:
                continue
            tokens = TokenUsage(input=values.count(shape.prompt_tokens), output=values.count(shape.generated_tokens))
            if tokens.total:
                stamp = shape.created_at if shape.timestamp is None else shape.timestamp
                model, provider = values.word(shape.model), values.word(shape.provider)
                key = key_of("continue", str(stamp), model, provider, *map(str, tokens))
                route = self._address(provider, model)
                found.events.append(_event(key, values.moment(stamp), model, provider, route, tokens))


class ContinueDatabase:
    """Reads the database row after row; its fields are the last one."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind the rows that an earlier parser has read."""
        self._log = log
        self._address = places.addresses_of(log.path)
        self._mark = restored(fields, _Mark())

    def fields(self) -> bytes:
        """Return the row that was read last."""
        return msgspec.msgpack.encode(self._mark)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add one event for each new row; all rows when the database was begun anew."""
        columns = store.columns("tokens_generated")
        if not columns >= _NEEDED:
            found.blame(Flaw.OTHER_SHAPE, self._log.path)
            return
        prompt = "tokens_prompt" if "tokens_prompt" in columns else "0"
        query = (
            f"SELECT id, model, provider, {prompt}, tokens_generated, timestamp FROM tokens_generated"  # noqa: S608 - nothing from outside
            " WHERE id > ? ORDER BY id LIMIT ?"
        )
        values = Values(self._log.path, 0, times, found)
        for (last,) in store.rows("SELECT coalesce(max(id), 0) FROM tokens_generated"):
            self._mark.row = self._mark.row if self._mark.row <= values.count(last, most=2**63) else 0
        while rows := list(store.rows(query, self._mark.row, _PIECE)):
            for row, named_model, named_provider, prompted, generated, stamp in rows:
                self._mark.row = row
                tokens = TokenUsage(input=values.count(prompted), output=values.count(generated))
                if tokens.total:
                    model, provider = values.word(named_model), values.word(named_provider)
                    key = key_of("continue-row", str(row), str(stamp), model, provider, *map(str, tokens))
                    route = self._address(provider, model)
                    found.events.append(_event(key, values.moment(stamp), model, provider, route, tokens, second_hand=1))
            yield


def _event(key: int, at: datetime, model: str, provider: str, route: str, tokens: TokenUsage, *, second_hand: int = 0) -> UsageEvent:
    return UsageEvent(
        agent=places.ID,
        keys=(key,),
        at=at,
        tokens=tokens,
        model=model or None,
        session=f"continue-{at.date().isoformat()}",
        provider=provider,
        route=route,
        second_hand=second_hand,
    )
