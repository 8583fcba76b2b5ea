"""Finds the work of the last days that a model of one's own house would have done for less."""

from decimal import Decimal

from tankful.core.counterfactual import LEAST, compare
from tankful.core.nudges.nudge import Nudge, Rule, Tool, Work, key_of
from tankful.core.tokenizers import ratio
from tankful.core.usage import UsageEvent

NAME = "cheaper-in-house"
_FEW = 10
"""Fewer requests are no kind of work yet."""
_GROUPS = 3
"""Only the kinds of work with the most tokens are reckoned through."""

_Kind = tuple[str, str, str]


def _find(work: Work) -> Nudge | None:
    """Return the suggestion that saves most, by the dearest reckoning."""
    if not work.tools:
        return None
    kinds: dict[_Kind, list[UsageEvent]] = {}
    for event in work.requests:
        if event.model and any(tool.rates is not None and tool.stands_in_for(event.model) for tool in work.tools):
            kinds.setdefault((event.agent, event.project, event.model), []).append(event)
    largest = sorted((kind for kind in kinds if len(kinds[kind]) >= _FEW), key=lambda kind: (-_tokens(kinds[kind]), kind))
    found = [
        nudge
        for kind in largest[:_GROUPS]
        for tool in work.tools
        if tool.stands_in_for(kind[2]) and (nudge := _suggested(work, kind, kinds[kind], tool)) is not None
    ]
    return max(found, key=_amount, default=None)


def _suggested(work: Work, kind: _Kind, requests: list[UsageEvent], tool: Tool) -> Nudge | None:
    agent, project, model = kind
    compared = compare(requests, work.paid, lambda _: tool.rates, ratio(model, tool.model))
    if compared is None or compared.saving < LEAST:
        return None
    key = key_of(NAME, work, agent, project, model, tool.model)
    return Nudge(NAME, key, agent, project, model, compared.saving, compared.requests, tool, compared, work.sheet)


def _tokens(requests: list[UsageEvent]) -> int:
    return sum(event.tokens.total for event in requests)


def _amount(nudge: Nudge) -> Decimal:
    return nudge.amount


RULE = Rule(NAME, "A cheaper in-house model for this kind of work", _find)
