"""How far the figures of an agent can be trusted, by what it writes down."""

from enum import StrEnum


class Exactness(StrEnum):
    """The classes of sources, in words for people; the best first."""

    EXACT = "exact"
    """Each response with its tokens; the cost is these tokens at the price of their day."""
    RECORDED = "recorded by the agent"
    """The agent writes down what it thinks a response or a session cost."""
    ESTIMATE = "estimate"
    """Counts are incomplete (no cache split, the agent's own guess): the figure is near the truth, often above it."""
    ACTIVITY = "activity only"
    """Sessions are seen; what they cost is not known on this machine."""
