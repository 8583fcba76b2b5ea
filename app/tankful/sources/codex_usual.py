"""Books the counts of Codex that are as nearly all are, quickly; any other one is left to the parser, which takes all kinds."""

from datetime import UTC, datetime

from tankful.core.making import made
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.codex_counts import Counts
from tankful.sources.codex_lines import decode_usual_count
from tankful.sources.codex_session import Session
from tankful.sources.identity import key_of

EARLIEST = datetime(2023, 1, 1, tzinfo=UTC)
"""Before the first model that had an agent: such a time is a broken clock."""
_REFUSED = (ValueError, OverflowError, RecursionError)
_STAMP_MAX = 64


class UsualCounts:
    """What holds for the counts that follow, until a line of another kind may have changed it."""

    def __init__(self, session: Session, rest: tuple[object, ...], until: datetime) -> None:
        """Go on with a session whose next requests have `rest` to tell after their tokens, all of them written by `until`."""
        self._session = session
        self._source, *told = rest
        self._rest = tuple(told)
        self._until = until
        self._numbers = session.numbers()
        self._may = bool(session.family and session.model) and session.record is None

    def takes(self, line: bytes, events: list[UsageEvent]) -> bool:
        """Book a count that has all numbers, more of them than the one before, and a time that can be; says whether it is one.

        Where it is not, nothing has changed.
        """
        session = self._session
        before = session.before
        if before is None or not self._may or not line.isascii():
            return False
        try:
            shape = decode_usual_count(line)
            stamp = shape.timestamp
            at = datetime.fromisoformat(stamp)
        except _REFUSED:
            return False
        if at.tzinfo is not UTC or not EARLIEST <= at <= self._until or len(stamp) > _STAMP_MAX or not stamp.isascii():
            return False
        total, last = shape.payload.info.total, shape.payload.info.last
        given, output, cached, written, reasoning = last.input, last.output, last.cached, last.written, last.reasoning
        now = (total.input, total.output, total.cached, total.written, total.reasoning)
        by_total, by_last = "%d,%d,%d,%d,%d" % now, "%d,%d,%d,%d,%d" % (given, output, cached, written, reasoning)  # noqa: UP031 - twice as fast as joining
        if now[0] + now[1] <= before[0] + before[1] or not (given or output) or by_total == by_last:
            return False
        counts = f"{by_total}\x1f{by_last}"  # both words as one, which saves joining them twice
        session.chain = chain = key_of(counts)
        keys = (*map(chain.__xor__, self._numbers), key_of(f"codex-row\x1f\x1f{stamp}\x1f{counts}"))
        if cached > given:  # noqa: PLR1730 - calling `min` takes longer
            cached = given
        given -= cached
        if written > given:  # noqa: PLR1730 - same
            written = given
        if reasoning > output:  # noqa: PLR1730 - same
            reasoning = output
        tokens = made(TokenUsage, (given - written, output, cached, written, 0, reasoning))
        session.before = made(Counts, now)
        session.prompts = 0
        session.latest = event = made(UsageEvent, (self._source, keys, at, tokens, *self._rest))
        events.append(event)
        return True
