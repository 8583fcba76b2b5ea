"""What became of suggestions in words, as carefully as it can be said, and as JSON values."""

from collections.abc import Iterable

from tankful.core.nudges.effect import Days, Effect, Nudged
from tankful.core.nudges.policy import Score
from tankful.core.nudges.rules import RULES
from tankful.present import format as words
from tankful.present.exact import exact_money

HELD_OUT = "Nothing is suggested today, so that what suggestions change can be told."
_NOTHING = "None was made yet."


def nudged_lines(nudged: Nudged) -> Iterable[str]:
    """Yield a line for each rule that ever suggested something, and then what was spent after."""
    for rule, score in _scores(nudged):
        if score.offered:
            yield f"{rule}: {_counts(score)}"
    yield from effect_words(nudged.effect)


def nudged_text(nudged: Nudged) -> str:
    """Return the same of all rules together, for the settings."""
    counts = [score for _, score in nudged.scores]
    score = Score(*map(sum, zip(*counts, strict=True))) if counts else Score()
    said = f"{_counts(score)[:1].upper()}{_counts(score)[1:]}." if score.offered else _NOTHING
    return " ".join((said, *effect_words(nudged.effect)))


def effect_words(effect: Effect) -> tuple[str, ...]:
    """Return what was spent after suggestions and after those held back, and how little that says; nothing where there is no day."""
    with_it, without = effect.offered, effect.held_out
    if not with_it.number and not without.number:
        return ()
    both = f"In the 24 hours after one you spent {_days(with_it)}; where one was due and held back, {_days(without)}."
    if effect.cheaper is None:
        said = "So few days tell nothing: they differ by more than a suggestion changes."
    else:
        said = f"Of 100 pairs of such days the one with a suggestion cost less in {round(effect.cheaper * 100)}{_chance(effect)}."
    return both, f"{said} What you accept lasts beyond its day, so both kinds of days may share it. No saving is claimed."


def nudged_json(nudged: Nudged) -> dict[str, object]:
    """Return it as `resources/schema/nudges.json` describes it."""
    effect = nudged.effect
    return {
        "held_out_today": nudged.is_held_out,
        "score": [{"rule": rule, **score._asdict()} for rule, score in _scores(nudged)],
        "after": {
            "hours": 24,
            "offered": _values(effect.offered),
            "held_out": _values(effect.held_out),
            "cheaper_share": None if effect.cheaper is None else round(effect.cheaper, 3),
            "may_be_chance": effect.may_be_chance,
        },
    }


def _scores(nudged: Nudged) -> tuple[tuple[str, Score], ...]:
    scores = dict(nudged.scores)
    return tuple((rule.name, scores.get(rule.name, Score())) for rule in RULES)


def _counts(score: Score) -> str:
    back = f" ({score.undone} undone)" if score.undone else ""
    return f"offered {score.offered}, accepted {score.accepted}{back}, dismissed {score.dismissed}"


def _days(days: Days) -> str:
    if not days.number:
        return "nothing that is known yet"
    if days.number == 1:
        return f"{words.money(days.middle)} (1 day)"
    between = f"{words.money(days.low)}\N{EN DASH}{words.money(days.high)}"
    return f"{words.money(days.middle)} (the middle of {days.number} days, half of them {between})"


def _chance(effect: Effect) -> str:
    if effect.may_be_chance:
        return ", as chance alone may have it"
    return ", more often than chance has it" if effect.cheaper is not None and effect.cheaper > 0.5 else ", less often than chance has it"


def _values(days: Days) -> dict[str, object]:
    money = (days.low, days.middle, days.high)
    names = ("low_usd", "median_usd", "high_usd")
    values = {name: exact_money(each) if days.number else None for name, each in zip(names, money, strict=True)}
    return {"days": days.number, **values}
