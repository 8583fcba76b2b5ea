"""Reads Zed's database of threads: the sum of what each thread has used.

The shape is that of Zed's public source (`agent/src/db.rs`): a row for each thread, its JSON as it is or compressed. The sum
counts every request, in disjoint buckets; the counts by message know only the last request of each.
"""

from collections.abc import Iterator

import msgspec

from tankful.core.problems import Flaw
from tankful.core.totals import SessionTotal
from tankful.core.usage import TokenUsage
from tankful.sources import zed_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.values import SUM_MAX, Values
from tankful.sources.way import way_of

_NEEDED = frozenset({"id", "updated_at", "data_type", "data"})
_OPTIONAL = ("created_at", "folder_paths", "folder_paths_order")
_THREAD_MAX = 64_000_000
_PAUSE = 100


class _Usage(msgspec.Struct, gc=False):
    input_tokens: object = None
    output_tokens: object = None
    cache_creation_input_tokens: object = None
    cache_read_input_tokens: object = None

    def tokens(self, values: Values) -> TokenUsage:
        counts = (self.input_tokens, self.output_tokens, self.cache_read_input_tokens, self.cache_creation_input_tokens)
        return TokenUsage(*(values.count(count, SUM_MAX) for count in counts))


class _Model(msgspec.Struct, gc=False):
    provider: object = None
    model: object = None


class _Thread(msgspec.Struct, gc=False):
    model: _Model | None = None
    imported: object = None
    cumulative_token_usage: _Usage | None = None
    request_token_usage: dict[str, _Usage] | list[_Usage] | None = None

    def tokens(self, values: Values) -> TokenUsage:
        """Return the sum, or what the messages sum up to in a thread that has none."""
        whole = self.cumulative_token_usage.tokens(values) if self.cumulative_token_usage else TokenUsage()
        if whole.total or not self.request_token_usage:
            return whole
        each = self.request_token_usage.values() if isinstance(self.request_token_usage, dict) else self.request_token_usage
        return sum((usage.tokens(values) for usage in each), TokenUsage())


class ThreadsParser:
    """Reads the threads that were changed last."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the threads that are as new as the last one an earlier parser saw, or newer."""
        self._log = log
        self._last = restored(fields, "")

    def fields(self) -> bytes:
        """Return when the last thread was changed, as Zed writes it."""
        return msgspec.msgpack.encode(self._last)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the sum of each thread."""
        values = Values(self._log.path, 0, times, found)
        columns = store.columns("threads")
        if not columns >= _NEEDED:
            values.blame(Flaw.OTHER_SHAPE)
            return
        addresses = way_of(self._log.route).by_provider or places.addresses_of(self._log.path)
        chosen = ", ".join(name if name in columns else "NULL" for name in _OPTIONAL)
        query = f"SELECT id, updated_at, data_type, data, {chosen} FROM threads WHERE updated_at >= ? ORDER BY updated_at, id"  # noqa: S608 - names of ours
        for number, (identity, updated, form, data, created, folders, order) in enumerate(store.rows(query, self._last), 1):
            thread = _thread(form, data, values)
            provider = values.word(thread.model.provider) if thread is not None and thread.model is not None else ""
            tokens = thread.tokens(values) if thread is not None and thread.imported is not True else TokenUsage()
            if thread is not None and tokens.total:
                session = values.word(identity)
                found.totals.append(
                    SessionTotal(
                        agent=self._log.source,
                        counter=session,
                        tokens=tokens,
                        at=values.moment(updated),
                        began=values.moment_if_any(created),
                        model=(values.word(thread.model.model) or None) if thread.model else None,
                        session=session,
                        project=_project(folders, order),
                        provider=provider,
                        route=places.route_of(provider, addresses),
                    )
                )
            if isinstance(updated, str):
                self._last = max(self._last, updated.encode("utf-8", "replace").decode())
            if number % _PAUSE == 0:
                yield
        yield


def _thread(form: object, data: object, values: Values) -> _Thread | None:
    """Return a thread from its row, compressed or not."""
    content = data.encode() if isinstance(data, str) else data
    if not isinstance(content, bytes) or form not in {"json", "zstd"}:
        values.blame(Flaw.WRONG_SHAPE)
        return None
    if form == "zstd":
        import zstandard  # noqa: PLC0415 - only for those who use Zed

        try:
            with zstandard.ZstdDecompressor().stream_reader(content) as reader:
                content = reader.read(_THREAD_MAX + 1)
        except (zstandard.ZstdError, MemoryError):
            values.blame(Flaw.WRONG_SHAPE)
            return None
    if len(content) > _THREAD_MAX:
        values.blame(Flaw.LONG_LINE)
        return None
    return values.decoded(content, _Thread)


def _project(folders: object, order: object) -> str:
    """Return the first of a thread's folders in the order in which they were opened; they are stored in that of their names."""
    if not isinstance(folders, str):
        return ""
    named = [folder.strip() for folder in folders.splitlines() if folder.strip()]
    places_of_names = order.split(",") if isinstance(order, str) else []
    first = places_of_names.index("0") if "0" in places_of_names else 0
    return named[first] if first < len(named) else next(iter(named), "")
