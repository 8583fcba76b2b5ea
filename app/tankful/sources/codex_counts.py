"""What a count of Codex adds to what was counted before: each request is told twice, by itself and within a running total."""

from typing import NamedTuple

from tankful.core.making import made
from tankful.core.usage import TokenUsage

TOTAL_MAX = 10**13
"""No session eats more in all; a larger total in a log is nonsense."""


class Counts(NamedTuple):
    """Counts as Codex writes them: `cached` and `written` (cache reads and writes) are parts of `input`, `reasoning` of `output`."""

    input: int = 0
    output: int = 0
    cached: int = 0
    written: int = 0
    reasoning: int = 0

    def usage(self) -> TokenUsage:
        """Return the same counts, of which none is negative, in disjoint buckets."""
        given, output, cached, written, reasoning = self
        if cached > given:  # noqa: PLR1730 - calling `min` takes longer
            cached = given
        given -= cached
        if written > given:  # noqa: PLR1730 - same
            written = given
        if reasoning > output:  # noqa: PLR1730 - same
            reasoning = output
        return made(TokenUsage, (given - written, output, cached, written, 0, reasoning))


def since(before: Counts, now: Counts) -> Counts:
    """Return what a running total has grown by, or all of it where it has started again."""
    if now.input + now.output < before.input + before.output:
        return now
    return Counts(*(max(0, new - old) for new, old in zip(now, before, strict=True)))


def step(before: Counts | None, total: Counts | None, last: Counts | None) -> tuple[Counts, Counts] | None:
    """Return what a count adds and the running total after it; `None` when it adds nothing.

    What is added is `last`; the total tells repeated snapshots (the same total again) and stale ones (a little less than
    before: 98 % or more, or within twice the last request) from a session that has started again. The first count of a
    resumed session has a large total, so the total itself is only used where there is no `last`.
    """
    if before is not None and total is not None and last is not None and total[0] + total[1] > before[0] + before[1] and any(last[:2]):
        return last, total  # nearly always
    if total is not None and not any(total):
        total = None  # what Codex writes when the context is full, or nothing at all
    if total is None:
        if last is None:
            return None
        added, after = last, last if before is None else Counts(*(old + new for old, new in zip(before, last, strict=True)))
    elif before is not None and (total == before or _is_stale(before, total, last)):
        return None
    else:
        added, after = last if last is not None else total if before is None else since(before, total), total
    return (added, after) if added.input or added.output else None


def _is_stale(before: Counts, total: Counts, last: Counts | None) -> bool:
    was, now = before.input + before.output, total.input + total.output
    if now >= was:
        return False
    return now * 100 >= was * 98 or (last is not None and now + 2 * (last.input + last.output) >= was)
