"""The pages of the settings, and what a search finds on them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from linked import LINKED, WITH_ACCOUNTS
from pictured import BUDGETED, FAILING, FEEDS, NO_AGENTS, NO_LIMIT, NUDGED, WATCH, ZONE, allocation
from tankful.core.allocation import Allocation
from tankful.core.choices import IconStyle, Period
from tankful.core.errors import PolicyUnreadable, WrongWords
from tankful.core.meter import Meter
from tankful.core.organisation import Policy
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.setting_rows import Form, Section
from tankful.core.settings import ROWS, Settings
from tankful.core.snapshot import Snapshot
from tankful.present.settings import (
    DEFAULT,
    IN_FILE,
    Errand,
    Known,
    PageView,
    RowView,
    amount_text,
    changes,
    dollars,
    row_views,
    search,
    weekday_words,
)
from tankful.present.settings_cells import FORMS, cells_of, value_of_cells
from tankful.present.settings_pages import Machine, diagnostics, settings_pages
from tankful.sources.registry import SOURCES

MACHINE = Machine("1.2.3", "Python 3.11, Qt 6.11, linux", "2026-11-01", "/data", "/config", "/state")


def pages(settings: Settings = BUDGETED, snapshot: Snapshot | None = WATCH, machine: Machine = MACHINE) -> dict[Section, PageView]:
    made = settings_pages(settings, frozenset({"budget_usd"}), snapshot, machine, ZONE)
    return {page.section: page for page in made}


def rows(settings: Settings = BUDGETED, *stated: str) -> dict[str, RowView]:
    return row_views(settings, frozenset(stated), Known())


def test_every_section_is_a_page_and_every_setting_is_on_its_own() -> None:
    seen = pages()
    assert list(seen) == list(Section)
    assert sorted(row.field for page in seen.values() for row in page.rows) == sorted(ROWS)
    assert all(page.rows or page.facts for page in seen.values())
    assert all(page.intro for page in seen.values())


def test_a_row_says_where_its_value_comes_from_and_what_a_reset_brings() -> None:
    assert (rows()["budget_usd"].origin, rows()["budget_usd"].reset) == (DEFAULT, "")
    stated = rows(BUDGETED, *ROWS)
    assert {row.origin for row in stated.values()} == {IN_FILE}
    assert {field: row.reset for field, row in stated.items()} == {
        "poll_active_s": "Reset to 60 s",
        "poll_idle_s": "Reset to 300 s",
        "routes": "Reset to none",
        "budget_usd": "Reset to no budget",
        "budget_period": "Reset to month",
        "budget_start_day": "Reset to 1",
        "working_days": "Reset to Monday to Friday",
        "ask_for_more_url": "Reset to none",
        "ask_for_more_mail": "Reset to none",
        "pop_ups": "Reset to on",
        "notices_a_day": "Reset to 2",
        "notices_a_week": "Reset to 6",
        "quiet_from_h": "Reset to 20 h",
        "quiet_to_h": "Reset to 8 h",
        "notice_days": "Reset to Monday to Friday",
        "spikes_at_night": "Reset to off",
        "digest": "Reset to daily",
        "digest_h": "Reset to 17 h",
        "icon_style": "Reset to arc",
        "theme": "Reset to as the desktop",
        "timezone": "Reset to this machine's",
        "sources_off": "Reset to all of them",
        "folders": "Reset to none",
        "rescan_minutes": "Reset to 5 min",
        "receive_telemetry": "Reset to off",
        "prices": "Reset to none",
        "nudges": "Reset to on",
        "in_house": "Reset to none",
        "aliases": "Reset to none",
        "keep_events_days": "Reset to 180 days",
        "keep_sums_days": "Reset to 400 days",
    }


def test_a_choice_has_its_words_and_a_number_its_limits() -> None:
    seen = rows()
    assert (seen["icon_style"].choices[0].value, seen["icon_style"].choices[0].text) == (IconStyle.ARC, "Arc")
    assert (seen["rescan_minutes"].minimum, seen["rescan_minutes"].maximum, seen["rescan_minutes"].unit) == (1, 120, "min")


def test_a_week_begins_on_a_weekday_and_a_month_on_a_number() -> None:
    monthly = rows()["budget_start_day"]
    weekly = rows(replace(BUDGETED, budget_period=Period.WEEK, budget_start_day=9))["budget_start_day"]
    assert (monthly.form, monthly.value) == (Form.NUMBER, 1)
    assert (weekly.form, weekly.value, weekly.choices[6].text) == (Form.CHOICE, 7, "Sunday")


def test_agents_say_what_was_found_of_them() -> None:
    notes = {choice.value: choice.note for choice in next(iter(pages(snapshot=FAILING)[Section.SOURCES].rows)).choices if choice.note}
    assert notes == {"claude-code": "Claude Code's logs cannot be read", "codex": "1,377 requests in 41 logs · exact"}
    (agents, *_) = pages(replace(BUDGETED, sources_off=("codex", "gone")), NO_AGENTS)[Section.SOURCES].rows
    said = [(choice.text, choice.note) for choice in agents.choices]
    assert said[:2] == [("Claude Code", "not used here yet"), ("Codex CLI", "not read")]
    assert said[-1] == ("gone", "not an agent that this version knows")
    assert len(said) == len(SOURCES) + 1
    (starting, *_) = pages(snapshot=None)[Section.SOURCES].rows
    assert {choice.note for choice in starting.choices} == {""}
    (seen, *_) = pages(snapshot=replace(WATCH, feeds=(FEEDS[0]._replace(feed="cursor", events=0, prompts=3),)))[Section.SOURCES].rows
    assert seen.choices[0].note == "3 prompts seen, cost unknown here · activity only"


def test_every_meter_is_told_the_binding_one_first() -> None:
    company = Allocation("ai.example.com", "team platform", Decimal(300), Decimal("310.20"), allocation(Decimal(1)).period_start, None)
    told = pages(snapshot=replace(WATCH, meters=(Meter(company), *WATCH.meters)))[Section.BUDGETS].facts
    assert [(fact.title, fact.text) for fact in told] == [
        ("So far in this period", "$402.15 of $600 used, $197.85 left, resets 1 Dec"),
        ("ai.example.com: team platform", "$310.20 of $300 used, $10.20 over"),
    ]
    assert pages(snapshot=NO_LIMIT)[Section.BUDGETS].facts == ()
    assert pages(snapshot=None)[Section.BUDGETS].facts == ()


def test_tables_suggest_agents_and_accounts() -> None:
    by_field = {row.field: row for page in pages(snapshot=WITH_ACCOUNTS).values() for row in page.rows}
    every = tuple(source.id for source in SOURCES)
    assert by_field["routes"].suggestions == (every, ("ai.example.com", "claude-quota", "none"))
    assert by_field["folders"].suggestions == (every, ())
    assert by_field["aliases"].suggestions == ((), ())
    assert set(FORMS) == {field for field, row in ROWS.items() if row.form is Form.TABLE}


def test_what_became_of_suggestions_is_told_as_far_as_it_is_known() -> None:
    for snapshot, said in ((None, "None was made yet."), (WATCH, "None was made yet."), (replace(WATCH, nudged=NUDGED), "Offered 10, ")):
        (fact,) = (fact for fact in pages(snapshot=snapshot)[Section.NUDGES].facts if fact.title == "What became of them")
        assert fact.text.startswith(said)


def test_privacy_names_every_folder_once() -> None:
    apart = [fact.value for fact in pages()[Section.PRIVACY].facts if fact.errand is Errand.OPEN_FOLDER]
    together = [fact.value for fact in pages(machine=replace(MACHINE, is_one_folder=True))[Section.PRIVACY].facts if fact.errand]
    assert apart == ["/data", "/config", "/state"]
    assert together == ["/data"]


def test_diagnostics_tell_nobody_who_the_user_is() -> None:
    broken = FEEDS[1]._replace(feed="settings", title="/home/alice/settings.toml is not valid TOML")
    said = diagnostics(MACHINE, replace(FAILING, feeds=(*FAILING.feeds, broken), accounts=(LINKED,), unpriced_requests=2))
    assert said.splitlines() == [
        "Tankful 1.2.3, Python 3.11, Qt 6.11, linux",
        "Prices: 2026-11-01",
        "claude-code: failing (Claude Code's logs cannot be read)",
        "codex: ok",
        "settings: ok",
        "account 1: litellm, by browser, ok",
        "2 requests without a price",
    ]
    assert "alice" not in said
    assert diagnostics(replace(MACHINE, prices=""), None).endswith("Prices: unreadable\nStarting.")
    assert "Install Tankful again" in "".join(fact.text for fact in pages(machine=replace(MACHINE, prices=""))[Section.ABOUT].facts)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pace forecast", ["working_days"]),
        ("CACHE", ["prices"]),
        ("wednesday", ["working_days", "notice_days"]),
        ("gateway model", ["aliases", "in_house"]),
        ("zzz", []),
    ],
)
def test_a_search_finds_every_word_in_label_help_and_choices(query: str, found: list[str]) -> None:
    assert [row.field for page in search(query, pages().values()) for row in page.rows] == found


def test_a_search_finds_whole_pages_by_their_names_and_facts_by_their_words() -> None:
    assert [page.section for page in search("sign in", pages().values())] == [Section.ACCOUNTS]
    (privacy,) = search("privacy", pages().values())
    assert len(privacy.rows) == 2
    (ledger,) = search("single requests", pages().values())
    assert ledger.facts == ()
    (about,) = search("licence", pages().values())
    assert about.facts[0].title == "Tankful 1.2.3"
    assert [fact.title for page in search("disturbed", pages().values()) for fact in page.facts] == ["Who decides"]


@pytest.mark.parametrize(
    ("digits", "said"), [("12345", "Monday to Friday"), ("27", "Tuesday, Sunday"), ("", "no day"), ("12", "Monday, Tuesday")]
)
def test_working_days_in_words(digits: str, said: str) -> None:
    assert weekday_words(digits) == said


@pytest.mark.parametrize(
    ("typed", "amount"), [("", None), (" 400 ", Decimal(400)), ("$1,234.50", Decimal("1234.50")), ("0", Decimal(0)), ("1e3", Decimal(1000))]
)
def test_an_amount_as_people_type_it(typed: str, amount: Decimal | None) -> None:
    assert dollars(typed) == amount


@pytest.mark.parametrize("typed", ["much", "-1", "NaN", "1e400", "10000001", "4€"])
def test_what_is_no_amount_is_refused_with_what_is_allowed(typed: str) -> None:
    with pytest.raises(WrongWords) as refused:
        dollars(typed)
    assert "from 0 to 10,000,000" in refused.value.hint


def test_an_amount_stands_in_its_field_as_it_is_said() -> None:
    assert (amount_text(Decimal(400)), amount_text(Decimal("0.5")), amount_text(None)) == ("$400", "$0.50", "")


def test_a_new_period_begins_on_its_first_day_and_a_zone_must_exist() -> None:
    assert changes("budget_period", Period.WEEK, BUDGETED) == {"budget_period": Period.WEEK, "budget_start_day": None}
    assert changes("budget_period", Period.MONTH, BUDGETED) == {"budget_period": Period.MONTH}
    assert changes("timezone", "Europe/Berlin", BUDGETED) == {"timezone": "Europe/Berlin"}
    assert changes("timezone", None, BUDGETED) == {"timezone": None}
    with pytest.raises(WrongWords, match="Nowhere"):
        changes("timezone", "Nowhere/Land", BUDGETED)


@pytest.mark.parametrize(
    ("field", "value", "cells"),
    [
        ("routes", {"codex": "none"}, (("codex", "none"),)),
        ("aliases", {"a": "b", "c": "d"}, (("a", "b"), ("c", "d"))),
        ("folders", {"codex": ("/a", "/b")}, (("codex", "/a"), ("codex", "/b"))),
        (
            "in_house",
            {"m": InHouse("M", ("a", "b"), (), "https://m.example")},
            (("m", "M", "a, b", "", "https://m.example"),),
        ),
        (
            "prices",
            {"m": PriceOverride(Decimal(3), Decimal("15.50"), None, Decimal(0))},
            (("m", "3", "15.50", "", "0", ""),),
        ),
    ],
)
def test_a_table_becomes_lines_and_lines_a_table(field: str, value: object, cells: tuple[tuple[str, ...], ...]) -> None:
    assert cells_of(field, value) == cells
    assert value_of_cells(field, (*cells, tuple("" for _ in cells[0]))) == value


def test_a_folder_that_is_there_twice_is_there_once() -> None:
    assert value_of_cells("folders", [("codex", "/a"), ("codex", " /a ")]) == {"codex": ("/a",)}


@pytest.mark.parametrize(
    ("field", "lines", "title", "hint"),
    [
        ("prices", [("m", "3", "", "", "", "")], "Line 1 is not complete", "output"),
        ("prices", [("m", "3", "much", "", "", "")], "much is no price", "1,000,000"),
        ("prices", [("m", "3", "-1", "", "", "")], "-1 is no price", "1,000,000"),
        ("prices", [("m", "3", "NaN", "", "", "")], "NaN is no price", "1,000,000"),
        ("aliases", [("a", "b"), ("a", "c")], "a is there twice", "one of the two"),
        ("routes", [("", ""), ("codex", "")], "Line 2 is not complete", "account"),
    ],
)
def test_lines_that_cannot_be_say_which_and_why(field: str, lines: list[tuple[str, ...]], title: str, hint: str) -> None:
    with pytest.raises(WrongWords) as refused:
        value_of_cells(field, lines)
    assert refused.value.title == title
    assert hint in refused.value.hint


def test_a_setting_that_the_organisation_comes_before_says_so_with_its_word() -> None:
    policy = Policy({"metacode-1": InHouse("MetaCode"), "house-2": InHouse()}, "https://ask.example.com", "it@example.com")
    seen = pages(machine=replace(MACHINE, policy=policy, policy_path="/etc/policy.toml"))
    helps = {row.field: row.help for page in seen.values() for row in page.rows}
    plain = {field: row.help for field, row in rows().items()}
    assert {field: text.removeprefix(plain[field]).strip() for field, text in helps.items() if text != plain[field]} == {
        "ask_for_more_url": "Your organisation's address comes first: https://ask.example.com",
        "ask_for_more_mail": "Your organisation's address comes first: it@example.com",
        "in_house": "Named by your organisation, whose word on them comes first: MetaCode, house-2.",
    }
    (said,) = (fact.text for fact in seen[Section.ABOUT].facts if fact.title == "Your organisation")
    assert said == (
        "/etc/policy.toml, which only your administrator may write, names 2 models of its own and says where requests for more go."
    )


def test_of_a_policy_the_settings_say_nothing_where_there_is_none_and_why_where_it_cannot_be_read() -> None:
    def said(policy: Policy | PolicyUnreadable) -> list[str]:
        seen = pages(machine=replace(MACHINE, policy=policy, policy_path="/etc/policy.toml"))
        assert {row.field: row.help for page in seen.values() for row in page.rows} == {field: row.help for field, row in rows().items()}
        return [fact.text for fact in seen[Section.ABOUT].facts if fact.title == "Your organisation"]

    assert said(Policy()) == []
    assert said(PolicyUnreadable("It is no TOML.", "Ask.")) == ["It is no TOML. Ask."]
