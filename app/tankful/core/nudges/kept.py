"""What is remembered of nudges as plain values, and back: so it is kept from one start to the next."""

from datetime import date, datetime
from typing import Any

from tankful.core.nudges.nudge import Answer
from tankful.core.nudges.policy import HeldOut, Memory, Offer, Score


def kept(memory: Memory) -> dict[str, Any]:
    """Return a memory as JSON can hold it."""
    return {
        "seed": memory.seed,
        "offers": [
            [
                offer.key,
                offer.rule,
                offer.at.isoformat(),
                offer.day.isoformat(),
                offer.answer.value,
                _text(offer.answered),
                offer.agent,
                offer.model,
                _text(offer.switched),
                _text(offer.undone),
            ]
            for offer in memory.offers
        ],
        "scores": {rule: list(score) for rule, score in memory.scores},
        "held_out": [[held.at.isoformat(), held.day.isoformat(), held.rule] for held in memory.held_out],
    }


def remembered(plain: Any) -> Memory:
    """Return the memory of such values; an older version kept fewer. Raises `KeyError`, `TypeError` or `ValueError`: they are none."""
    return Memory(
        tuple(_offer(*each) for each in plain["offers"]),
        tuple((str(rule), Score(*map(int, counts))) for rule, counts in plain["scores"].items()),
        tuple(HeldOut(datetime.fromisoformat(at), date.fromisoformat(day), str(rule)) for at, day, rule in plain.get("held_out", ())),
        str(plain.get("seed", "")),
    )


def _offer(key: str, rule: str, at: str, day: str, answer: str, *rest: str | None) -> Offer:
    answered, agent, model, switched, undone = (*rest, *[None] * 5)[:5]
    return Offer(
        key,
        rule,
        datetime.fromisoformat(at),
        date.fromisoformat(day),
        Answer(answer),
        _time(answered),
        agent or "",
        model or "",
        _time(switched),
        _time(undone),
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
