"""Spikes in words and as JSON values: which agent, how much, why, and why that is shown."""

from datetime import datetime

from tankful.core.spike import Cause, Channel, Spike
from tankful.present import format as words
from tankful.present.exact import exact_money, instant
from tankful.present.working import folder_name
from tankful.sources.registry import by_id

_CALLED = {
    Cause.MANY_REQUESTS: "much more than usual",
    Cause.MANY_SESSIONS: "much more than usual",
    Cause.DEARER_MODEL: "a dearer model",
    Cause.COLD_CACHE: "the cache went cold",
    Cause.DEARER_REQUESTS: "dearer requests",
    Cause.NOBODY_TYPED: "spending by itself",
}
_HELD = {
    Channel.VOLUME: "What is spent in ten minutes of work",
    Channel.PRICE: "What the last twelve requests cost",
    Channel.UNATTENDED: "What is spent since you last typed",
}


def spike_title(spike: Spike) -> str:
    """Return what a spike is called: which agent, where, and what is unusual."""
    source = by_id(spike.agent)
    who = source.title if source is not None else spike.agent or "An agent"
    where = f" in {folder_name(spike.project)}" if spike.project else ""
    return f"{who}{where}: {_CALLED[spike.cause]}"


def spike_text(spike: Spike, now: datetime) -> str:
    """Return how much a spike cost as of `now`, what would be usual, and why that may be."""
    span = words.age((spike.ended or now) - spike.start)
    spent, usual = words.money(spike.actual), words.money(spike.expected)
    if spike.cause is Cause.NOBODY_TYPED:
        said = f"{spent} in {span} since anybody typed; at most {usual} is usual."
    else:
        said = f"{_reason(spike)}{spent} in {span}, usually {usual}."
    return f"{said} Tankful is still learning what is usual." if spike.learning else said


def spike_why(spike: Spike) -> str:
    """Return by which rule it is shown, and what an answer changes."""
    return (
        f"{_HELD[spike.channel]} is held against your own last four weeks. It is said once, and taken back when it is over."
        " If it is expected, it takes half as much again in this project for 14 days."
    )


def spike_values(spike: Spike) -> dict[str, object]:
    """Return what a replay says of a spike, as `resources/schema/replay.json` describes it."""
    return {
        "at": instant(spike.at),
        "start": instant(spike.start),
        "channel": spike.channel.value,
        "cause": spike.cause.value,
        "actual_usd": exact_money(spike.actual),
        "expected_usd": exact_money(spike.expected),
        "excess_usd": exact_money(spike.excess),
        "session": spike.session,
    }


def running_values(spike: Spike, now: datetime) -> dict[str, object]:
    """Return the same of a spike that runs, with what else `resources/schema/status.json` wants to know."""
    return {
        "key": spike.key,
        **spike_values(spike),
        "agent": spike.agent,
        "project": spike.project,
        "model": spike.model,
        "learning": spike.learning,
        "text": f"{spike_title(spike)}. {spike_text(spike, now)}",
    }


def _reason(spike: Spike) -> str:
    evidence = spike.evidence
    times = f"Each request costs {evidence.factor:.1f} times the usual"
    match spike.cause:
        case Cause.DEARER_MODEL:
            return f"{times}: {spike.model} instead of {evidence.usually}. "
        case Cause.COLD_CACHE:
            return f"{times}: input read from the cache fell from {evidence.before:.0%} to {evidence.now:.0%}. "
        case Cause.DEARER_REQUESTS:
            return f"{times}. "
        case Cause.MANY_SESSIONS:
            return f"{words.counted(evidence.sessions, 'session')} at once. "
        case _:
            return ""
