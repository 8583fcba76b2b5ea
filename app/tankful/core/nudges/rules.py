"""Every rule that may suggest something, in the order in which they are asked."""

from tankful.core.nudges import cheaper_in_house, cold_cache, long_context, parallel, tiny_edits, unattended
from tankful.core.nudges.nudge import Nudge, Rule, Work

RULES: tuple[Rule, ...] = (
    cheaper_in_house.RULE,
    cold_cache.RULE,
    long_context.RULE,
    tiny_edits.RULE,
    unattended.RULE,
    parallel.RULE,
)


def found(work: Work, wanted: frozenset[str]) -> tuple[Nudge, ...]:
    """Return what these rules suggest, by their names; nobody else's is asked."""
    return tuple(nudge for rule in RULES if rule.name in wanted and (nudge := rule.find(work)) is not None)
