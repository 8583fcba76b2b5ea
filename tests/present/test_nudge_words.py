"""Suggestions in words: what is said, how carefully, and what is not."""

from dataclasses import replace
from decimal import Decimal

from pictured import BUDGETED, COLD, LONG, NUDGE, NUDGED, PARALLEL, UNATTENDED, WATCH, ZONE, now_of
from schemas import check
from tankful.core.counterfactual import LABEL, Comparison
from tankful.core.nudges.effect import Days, Effect, Nudged
from tankful.core.nudges.nudge import Nudge, Origin, Tool
from tankful.core.nudges.policy import Score
from tankful.core.pace import Tone
from tankful.core.tokenizers import SAME
from tankful.present.glance import glance_view
from tankful.present.menu import Command
from tankful.present.nudged import effect_words, nudged_text
from tankful.present.nudges import ComparisonView, command_of, comparison_view, nudge_text, nudge_why, nudges_json, nudges_lines


def tool() -> Tool:
    assert NUDGE.tool is not None
    return NUDGE.tool


def compared() -> Comparison:
    assert NUDGE.comparison is not None
    return NUDGE.comparison


def view(nudge: Nudge = NUDGE) -> ComparisonView:
    made = comparison_view(nudge, ZONE)
    assert made is not None
    return made


def text(nudge: Nudge | None, *, is_on: bool = True) -> str:
    nudged = Nudged((("cold-cache", Score(3, 1, 2)),))
    return "\n".join(nudges_lines(nudge, nudged, ZONE, is_on=is_on))


def test_a_suggestion_is_a_card_with_two_things_that_can_be_done() -> None:
    (card,) = glance_view(replace(WATCH, nudge=NUDGE), BUDGETED, now_of(WATCH), ZONE).cards

    assert (card.title, card.tone) == ("MetaCode may do this work for less", Tone.CALM)
    expected = "61 requests of Claude Code in “checkout”, last 7 days: $8.36 on claude-opus-4-5, $1.20\N{EN DASH}$1.96 on MetaCode."
    assert card.text == expected
    assert (card.action, card.command) == ("Compare…", Command.NUDGE_COMPARE)
    assert card.second == ("Not now", Command.NUDGE_LATER)
    assert LABEL in card.why.lower()


def test_where_there_is_nothing_to_compare_it_can_only_be_put_off() -> None:
    (card,) = glance_view(replace(WATCH, nudge=COLD), BUDGETED, now_of(WATCH), ZONE).cards

    assert card.title == "The cache went cold before long turns"
    assert card.text.startswith("5 long turns of Claude Code in “checkout” came more than 5 minutes after")
    assert "$3.47" in card.text
    assert (card.action, card.command, card.second) == ("Not now", Command.NUDGE_LATER, None)
    assert comparison_view(COLD, ZONE) is None
    assert nudge_text(replace(LONG, rule="tiny-edits")).endswith("$3.47 on claude-opus-4-5. A smaller model may do for these.")
    assert nudge_text(LONG).startswith("5 requests of own-agent, last 7 days, were so long that claude-opus-4-5 charged $3.47 more.")


def test_stretches_of_work_are_told_with_what_is_not_known_of_them() -> None:
    cards = [glance_view(replace(WATCH, nudge=nudge), BUDGETED, now_of(WATCH), ZONE).cards[0] for nudge in (UNATTENDED, PARALLEL)]

    assert [card.title for card in cards] == ["Agents went on long after you typed", "Several sessions at once in one folder"]
    assert cards[0].text == (
        "3 times in 7 days Claude Code in “checkout” went on for more than an hour after you last typed, and spent $14.20 from then on. "
        "If that was not meant, say beforehand where it is to stop and ask."
    )
    assert cards[1].text == (
        "4 times in 7 days several sessions worked in “checkout” at the same time. All but the dearest of them spent $6.85: "
        "that much at most was paid twice, if they did the same. Whether they did, only you can tell."
    )
    assert all((card.command, card.second) == (Command.NUDGE_LATER, None) for card in cards)


def test_the_comparison_says_all_that_is_not_known() -> None:
    made = view()

    assert made.title == "The same work on MetaCode"
    assert LABEL in made.note.lower()
    assert "genai-prices 0.2.3, 20 Nov 2026" in made.note
    assert [row[0] for row in made.rows] == ["Input", "Cache read", "Cache write, 5 min", "Cache write, 1 h", "Output"]
    assert made.together == ("Together", "", "$8.36", "$1.20\N{EN DASH}$1.96")
    assert made.range == "The range is the tokenizer's: 0.80 to 1.30 tokens for one."
    assert made.effort == "unless it needs more than 4.2 \N{MULTIPLICATION SIGN} as many turns"
    assert made.switch.startswith("Switching in the middle of a session costs one cold cache")
    assert made.switch.endswith("paid back after about 1 turn.")
    assert made.dearer == "In 1 of 3 sessions MetaCode could have cost more."
    assert made.sessions == (("Tue 17 Nov 14:02, 6 requests", "$0.52 \N{RIGHTWARDS ARROW} $0.35\N{EN DASH}$0.57"),)
    assert made.good_for == "MetaCode is in-house, your settings say, and good for tests and refactoring."
    assert made.command == "tankful with metacode-1 -- claude"


def test_who_calls_a_model_in_house_stands_at_the_suggestion() -> None:
    said = {
        Origin.POLICY: "MetaCode is in-house, your organisation's policy says",
        Origin.USER: "MetaCode is in-house, your settings say",
        Origin.GATEWAY: "MetaCode is in-house, the model list of work says",
    }
    for origin, words in said.items():
        nudge = replace(NUDGE, tool=tool()._replace(origin=origin, account="work"))
        assert words in nudge_why(nudge)
        assert words in text(nudge)
        values = nudges_json(nudge, Nudged(), is_on=True)["nudge"]
        assert isinstance(values, dict)
        assert values["origin"] == origin.value
    assert "in-house" not in nudge_why(COLD)


def test_other_figures_have_other_words() -> None:
    none_dearer = tuple(session for session in compared().sessions if not session.is_dearer)
    made = view(
        replace(
            NUDGE,
            agent="own-agent",
            tool=tool()._replace(model="a model", good_for=(), prices=tool().prices._replace(day=None)),
            comparison=replace(compared(), ratio=SAME, sessions=none_dearer, switch=Decimal(0), low=Decimal("0.1"), high=Decimal("0.1")),
        )
    )

    assert made.range == "Both cut text into tokens alike."
    assert made.switch == "Switching in the middle of a session costs no more than between two."
    assert made.dearer == "In none of 2 sessions MetaCode could have cost more."
    assert made.sessions == ()
    assert made.good_for == "MetaCode is in-house, your settings say."
    assert made.together[-1] == "$0.10"
    assert made.effort == "unless it needs more than 83 \N{MULTIPLICATION SIGN} as many turns"
    assert made.command == "tankful with 'a model' -- own-agent"
    free = replace(NUDGE, comparison=replace(compared(), high=Decimal(0), turn_then=Decimal(9), switch=Decimal(1)))
    assert view(free).effort == "free however many turns it needs"
    assert view(free).switch.endswith("and never pays.")
    assert "prices: none." in nudge_why(replace(COLD, prices=None))


def test_the_terminal_says_the_same() -> None:
    said = text(NUDGE)

    assert "Together" in said
    assert "One session of it: tankful with metacode-1 -- claude" in said
    assert "cold-cache: offered 3, accepted 1, dismissed 2" in said
    assert text(COLD).splitlines()[0] == "The cache went cold before long turns"
    assert text(None).startswith("Nothing to suggest now.")
    assert text(NUDGE, is_on=False).startswith("Suggestions are switched off.")
    assert command_of(COLD) == ""


def test_the_json_has_the_published_shape() -> None:
    free = replace(NUDGE, comparison=replace(compared(), high=Decimal(0), turn_then=Decimal(9)))
    for nudge in (None, NUDGE, COLD, LONG, UNATTENDED, PARALLEL, replace(LONG, rule="tiny-edits"), free):
        check("nudges", nudges_json(nudge, Nudged(), is_on=True))
    check("nudges", nudges_json(None, NUDGED, is_on=True))
    many = Effect(Days(30, *[Decimal(3)] * 3), Days(20, *[Decimal(4)] * 3), 0.62, may_be_chance=False)
    said = nudges_json(None, Nudged((), many, is_held_out=True), is_on=True)
    check("nudges", said)
    assert said["held_out_today"] is True


def test_what_became_of_suggestions_is_said_without_claiming_a_saving() -> None:
    assert nudged_text(Nudged()) == "None was made yet."
    assert nudged_text(NUDGED) == (
        "Offered 10, accepted 3 (1 undone), dismissed 4. "
        "In the 24 hours after one you spent $12.50 (the middle of 10 days, half of them $10.25\N{EN DASH}$14.75); "
        "where one was due and held back, $15.50 (the middle of 2 days, half of them $13.75\N{EN DASH}$17.25). "
        "So few days tell nothing: they differ by more than a suggestion changes. "
        "What you accept lasts beyond its day, so both kinds of days may share it. No saving is claimed."
    )
    lines = list(nudges_lines(None, NUDGED, ZONE, is_on=True))
    assert lines[1:3] == [
        "cheaper-in-house: offered 6, accepted 3 (1 undone), dismissed 2",
        "cold-cache: offered 4, accepted 0, dismissed 2",
    ]
    one = effect_words(Effect(Days(1, *[Decimal(3)] * 3)))
    assert one[0] == "In the 24 hours after one you spent $3.00 (1 day); where one was due and held back, nothing that is known yet."


def test_with_enough_days_it_is_said_how_often_they_differ_and_whether_chance_does_that() -> None:
    days = Days(30, *[Decimal(3)] * 3)
    said = [effect_words(Effect(days, days, share, chance))[1] for share, chance in ((0.52, True), (0.71, False), (0.3, False))]

    assert said[0].startswith("Of 100 pairs of such days the one with a suggestion cost less in 52, as chance alone may have it.")
    assert "in 71, more often than chance has it." in said[1]
    assert "in 30, less often than chance has it." in said[2]
    assert all(each.endswith("No saving is claimed.") for each in said)


def test_a_day_on_which_something_is_held_back_says_so() -> None:
    lines = list(nudges_lines(None, Nudged(is_held_out=True), ZONE, is_on=True))
    assert lines == ["Nothing is suggested today, so that what suggestions change can be told."]
