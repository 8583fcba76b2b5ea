"""Notices in words: what, how much, why, and why it is shown at all."""

from dataclasses import dataclass, replace
from datetime import tzinfo
from decimal import Decimal

from tankful.core.inbox import NoticeAction, Rule
from tankful.core.notices import BudgetFact, Notice, OtherFact, Summary
from tankful.core.spike import Spike
from tankful.present import format as words
from tankful.present.pace import band_words, chance_words
from tankful.present.post_check import check_text, check_title
from tankful.present.spikes import spike_text, spike_title

_WHY = {
    Rule.SPIKE: "Tankful compares what is spent with your own last four weeks. It is said once, and taken back when it is over.",
    Rule.MORE_SPIKES: "After three urgent notices in a day the further ones are one, which is taken back when all are over.",
    Rule.CAP: "At the present rate a limit that stops your agents is reached within a quarter of an hour.",
    Rule.BLOCKED: "The gateway refuses requests because a budget is gone.",
    Rule.RUN_OUT: "It is said once when at least 7 in 10 forecasts like this one ran out, and again only after it looked better.",
    Rule.LEVEL: "It is said once at 90% and once at 100% of a budget in each period.",
    Rule.DIGEST: "A summary of what was not worth disturbing you for.",
    Rule.SWITCHED: "Agents read their files when a session begins. It is said once what the first session after a switch used.",
    Rule.OTHER: "It needs you, and it can wait: such things are never shown outside this window.",
    Rule.MODEL: "What answered is not what was asked for. It is said once a month of two models, and only in this inbox.",
}
_TODAY = (NoticeAction.SNOOZE_TODAY, "Snooze today")
"""Says nothing more of what this notice is about."""
_ALL_TODAY = (NoticeAction.SNOOZE_TODAY, "Snooze all today")
_NAMED = 3
"""So many are named one by one."""
_ANY = ((NoticeAction.OPEN, "Open panel"), _TODAY)
_BUTTONS = {
    Rule.SPIKE: ((NoticeAction.OPEN, "Show session"), (NoticeAction.EXPECTED, "That is expected")),
    Rule.MORE_SPIKES: ((NoticeAction.INBOX, "Open inbox"), _ALL_TODAY),
    Rule.DIGEST: ((NoticeAction.INBOX, "Open inbox"), _ALL_TODAY),
}


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """A notice as it reads."""

    title: str
    text: str
    why: str
    buttons: tuple[tuple[NoticeAction, str], ...] = ()
    """At most two things to do about it."""

    @property
    def plain(self) -> str:
        """All but the reason in one line."""
        return f"{self.title}. {self.text}" if self.text else f"{self.title}."


def notice_words(notice: Notice, zone: tzinfo) -> NoticeWords:
    """Return a notice in words, with what can be done about it."""
    return replace(_worded(notice, zone), buttons=_BUTTONS.get(notice.rule, _ANY))


def _worded(notice: Notice, zone: tzinfo) -> NoticeWords:
    why = _WHY[notice.rule]
    about = notice.about
    if notice.rule is Rule.MORE_SPIKES:
        return NoticeWords(f"{notice.level} more urgent {'notice' if notice.level == 1 else 'notices'} today", _named(about), why)
    if about is None or isinstance(about, Summary):
        return NoticeWords(f"{words.counted(notice.level, 'notice')} held back", _named(about), why)
    if isinstance(about, Spike):
        return NoticeWords(spike_title(about), spike_text(about, notice.at), why)
    if isinstance(about, OtherFact):
        if about.check is not None:
            return NoticeWords(check_title(about.check), check_text(about.check, zone, "Undo, at the switch,"), why)
        return NoticeWords(about.text.rstrip("."), "", why)
    title, text = _of_budget(notice, about, zone)
    return NoticeWords(title, text, why)


def _named(about: object) -> str:
    """Return the first few of what a notice sums up."""
    titles = about.titles if isinstance(about, Summary) else ()
    left = len(titles) - _NAMED
    more = [f"And {left} more."] if left > 0 else []
    return " ".join([*(f"{title.rstrip('.')}." for title in titles[:_NAMED]), *more]) or "The inbox has them."


def _of_budget(notice: Notice, fact: BudgetFact, zone: tzinfo) -> tuple[str, str]:
    limit = fact.limit or Decimal(0)
    budget = f"The budget of {fact.name} ({words.round_money(limit)})" if fact.name else f"Your budget of {words.round_money(limit)}"
    until = "" if fact.end is None else f" until the reset on {words.short_day(fact.end.astimezone(zone).date())}"
    left = limit - fact.spent
    if notice.rule is Rule.BLOCKED:
        return f"{budget} is gone, and requests are refused", f"{words.money(fact.spent)} is spent{until}."
    if notice.rule is Rule.CAP:
        return f"{budget} stops your agents in about {round(fact.stops_in_min or 0)} min", f"{words.money(left)} is left{until}."
    if notice.rule is Rule.LEVEL:
        if notice.level >= 100:
            return f"{budget} is used up", f"{words.money(fact.spent)} is spent; it adds up{until}."
        return f"{budget} is {notice.level}% used", f"{words.money(left)} is left{until}."
    ahead = fact.forecast
    if ahead is None:
        return f"{budget} is likely to run out", ""
    when = "" if ahead.run_out_at is None else f" around {words.day(ahead.run_out_at.astimezone(zone).date())}"
    chance = f"{chance_words(ahead.run_out_probability)} that it runs out"
    return (
        f"{budget} is likely to run out{when}",
        f"{words.money(fact.spent)} is spent, likely {band_words(ahead)} in all{until}; {chance}.",
    )
