"""Says which requests no figure holds, because nobody knows their price."""

from tankful.core.snapshot import Snapshot
from tankful.present import format as words


def unpriced_words(seen: Snapshot) -> str:
    """Return `5 requests have no price (new-model, other…)`, of the binding period."""
    verb = "has" if seen.unpriced_requests == 1 else "have"
    # A log that names no model has an empty name here.
    names = [model for model in seen.unpriced_models if model]
    models = f" ({', '.join(names[:2])}{'…' if len(names) > 2 else ''})" if names else ""
    return f"{words.counted(seen.unpriced_requests, 'request')} {verb} no price{models}"
