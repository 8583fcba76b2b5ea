"""Words for what cannot be read: said once where several fail alike, and of which account where there is more than one."""

from tankful.core.health import Condition
from tankful.core.snapshot import Snapshot


def failures(seen: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return what is wrong now, each with what it means or what to do."""
    alike: dict[tuple[str, str], list[str]] = {}
    for feed in seen.feeds:
        if feed.condition is Condition.FAILING:
            alike.setdefault((feed.title or f"{feed.feed} cannot be read", feed.hint), []).append(feed.feed)
    accounts = {state.link.name for state in seen.accounts}
    return tuple(
        (title, ": ".join(filter(None, (_named(names), hint))) if len(names) > 1 or (len(accounts) > 1 and names[0] in accounts) else hint)
        for (title, hint), names in alike.items()
    )


def _named(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
