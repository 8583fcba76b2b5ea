"""Says that a ledger gave way to a new one."""

from datetime import datetime
from pathlib import Path

from tankful.core.health import Condition, FeedHealth


def begun_anew(kept: Path, now: datetime) -> tuple[FeedHealth, ...]:
    """Return what to say of a ledger that was kept there, as long as it is there."""
    try:
        size = kept.stat().st_size
    except OSError:
        return ()
    title = "The ledger was damaged and begun anew from the logs"
    hint = f"It was kept as {kept.name}. What was spent before the oldest log that is left is only in there."
    if not size:
        title = "The ledger was an empty file and was begun anew from the logs"
        hint = f"If it ever held more, what was spent before the oldest log that is left is lost. Delete {kept.name} to hear no more of it."
    return (FeedHealth("ledger", Condition.OK, now, title, hint),)
