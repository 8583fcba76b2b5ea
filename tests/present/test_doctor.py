from dataclasses import replace

import pytest

from schemas import check
from tankful.core.exactness import Exactness
from tankful.core.health import Condition, FeedHealth
from tankful.core.problems import Flaw
from tankful.present.doctor import (
    AccountsFacts,
    Findings,
    FlawFacts,
    Folder,
    LedgerFacts,
    PassedOver,
    SourceFacts,
    Trouble,
    doctor_lines,
    findings_json,
    source_lines,
    sources_json,
)

FOLDERS = (Folder("/home/ada/.claude/projects", "~/.claude", exists=True), Folder("/x/projects", "CLAUDE_CONFIG_DIR", exists=False))
CLAUDE = SourceFacts("claude-code", "Claude Code", FOLDERS, FeedHealth("claude-code", Condition.OK, files=350, events=18_204))
REFUSED = replace(
    CLAUDE, health=FeedHealth("claude-code", Condition.FAILING, title="1 folder cannot be read", hint="Check its permissions.", files=3)
)
OFF = SourceFacts("codex", "Codex CLI", (), None)
FOUND = Findings(
    version="1.2.3, Python 3.11.7, linux",
    sources=(CLAUDE,),
    ledger=LedgerFacts("/home/ada/.local/share/tankful/ledger.sqlite", 4_200_000),
    prices="2026-11-22",
    settings="/home/ada/.config/tankful/settings.toml",
    has_settings=True,
    unknown_settings=(),
    display="Wayland wayland-0",
    desktop="KDE",
    running=True,
    troubles=(),
    accounts=AccountsFacts("/home/ada/.config/tankful/links.toml"),
    log="/home/ada/.local/state/tankful/tankful.log",
)


def text_of(found: Findings) -> list[str]:
    return ["".join(piece.text for piece in line).rstrip() for line in doctor_lines(found)]


def test_requests_without_a_model_name_are_said_to_be_such() -> None:
    lines = text_of(replace(FOUND, ledger=replace(FOUND.ledger, unpriced_models=("", "x-1"))))
    assert any("No price is known for x-1." in line for line in lines)
    assert any("No price is known for requests without a model name." in line for line in lines)


def test_an_organisations_policy_is_named_where_there_is_one() -> None:
    assert not any("Policy" in line for line in text_of(FOUND))
    assert "  Policy    /etc/tankful/policy.toml (your organisation's)" in text_of(replace(FOUND, policy="/etc/tankful/policy.toml"))


def test_a_healthy_machine_reads_as_one() -> None:
    assert text_of(FOUND) == [
        "Tankful 1.2.3, Python 3.11.7, linux",
        "",
        "Agents",
        "  Claude Code (claude-code)  ● 350 files, 18,204 responses · exact",
        "    /home/ada/.claude/projects  from ~/.claude",
        "",
        "Logs",
        "  No flaws.",
        "",
        "Models",
        "  No other model answered than was asked for, as far as agents and gateways tell both.",
        "",
        "Kept",
        "  Ledger    /home/ada/.local/share/tankful/ledger.sqlite (4.2 MB)",
        "  Settings  /home/ada/.config/tankful/settings.toml",
        "  Accounts  /home/ada/.config/tankful/links.toml (none is linked)",
        "  Log       /home/ada/.local/state/tankful/tankful.log (not there: nothing went wrong)",
        "  Prices    table of 2026-11-22",
        "",
        "Desktop",
        "  Display   KDE on Wayland wayland-0",
        "  Gauge     running",
        "",
        "Nothing is broken.",
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (replace(FOUND, sources=(REFUSED,)), "  Claude Code (claude-code)  ▲▲ 1 folder cannot be read. Check its permissions."),
        (replace(FOUND, sources=(OFF,)), "  Codex CLI (codex)  ○ not read: switched off in the settings"),
        (replace(FOUND, ledger=replace(FOUND.ledger, size=0)), "  Ledger    /home/ada/.local/share/tankful/ledger.sqlite (not there yet)"),
        (replace(FOUND, sources=()), "  Not looked at: without the ledger nothing can be read."),
        (replace(FOUND, ledger=replace(FOUND.ledger, size=4_096)), "  Ledger    /home/ada/.local/share/tankful/ledger.sqlite (4 kB)"),
        (
            replace(FOUND, ledger=replace(FOUND.ledger, set_aside=("/d/ledger.damaged-1.sqlite",))),
            "  ▲ A damaged ledger was set aside as /d/ledger.damaged-1.sqlite. Delete it when you miss nothing.",
        ),
        (replace(FOUND, ledger=replace(FOUND.ledger, polled=(("/mnt", "a drive"),))), "  ▲ /mnt is looked at on a timer: a drive."),
        (
            replace(FOUND, unknown_settings=("budget.limit",)),
            "  ▲ budget.limit in the settings means nothing. Correct or delete it.",
        ),
        (replace(FOUND, has_log=True), "  Log       /home/ada/.local/state/tankful/tankful.log"),
        (replace(FOUND, prices=""), "  Prices    table of no date"),
        (replace(FOUND, display="", desktop=""), "  Display   none"),
        (replace(FOUND, running=False), "  Gauge     not running"),
        (replace(FOUND, answers=False), "  Gauge     running, but it does not answer"),
        (replace(FOUND, troubles=(Trouble("The disk is full", "Make room."),)), "  ▲ The disk is full. Make room."),
    ],
)
def test_everything_else_is_said_with_what_to_do(found: Findings, said: str) -> None:
    assert said in text_of(found)


def test_flaws_are_said_with_file_and_line_and_how_often() -> None:
    flaws = (FlawFacts(Flaw.NOT_JSON, "/a", 7, 1), FlawFacts(Flaw.BAD_COUNT, "/b", 9, 1200), FlawFacts(Flaw.UNREADABLE, "/c", 0, 1))
    lines = text_of(replace(FOUND, ledger=replace(FOUND.ledger, flaws=flaws)))
    assert "  ▲ /a, line 7: a line is not valid JSON." in lines
    assert "  ▲ /b, line 9: a token count is negative or impossibly large (1,200 times)." in lines
    assert "  ▲ /c: the file or folder could not be read." in lines


def test_many_flaws_are_counted() -> None:
    flaws = tuple(FlawFacts(Flaw.NOT_JSON, f"/{number}", 1, 1) for number in range(23))
    lines = text_of(replace(FOUND, ledger=replace(FOUND.ledger, flaws=flaws)))
    assert "  and 3 more; --json lists them." in lines
    assert "  ▲ /19, line 1: a line is not valid JSON." in lines
    assert not any("/20" in line for line in lines)


def test_a_name_under_which_other_models_answer_comes_with_which_ones_it_is_priced_as() -> None:
    lines = text_of(replace(FOUND, ledger=replace(FOUND.ledger, stand_ins=(("codex-auto-review", "OpenAI says that it is another."),))))
    (said,) = [line for line in lines if "codex-auto-review" in line]
    assert said.strip().startswith("codex-auto-review: OpenAI says that it is another. Give a price with [prices")
    assert lines.index(said) == lines.index("  Prices    table of 2026-11-22") + 1


def test_models_without_a_price_come_with_the_way_to_give_one() -> None:
    lines = text_of(replace(FOUND, ledger=replace(FOUND.ledger, unpriced_models=("brand-new-9", "x"))))
    assert any(line.startswith("  ▲ No price is known for brand-new-9, x. Give a price with [prices") for line in lines)


def test_plain_gnome_is_told_how_to_get_a_tray_and_ubuntu_is_not() -> None:
    assert any("extension" in line for line in text_of(replace(FOUND, desktop="GNOME")))
    assert not any("extension" in line for line in text_of(replace(FOUND, desktop="ubuntu:GNOME")))


def test_programs_get_the_same_findings() -> None:
    found = findings_json(
        replace(FOUND, sources=(CLAUDE, OFF), ledger=replace(FOUND.ledger, flaws=(FlawFacts(Flaw.NOT_JSON, "/a", 7, 1),)))
    )
    assert found["schema"] == "tankful.doctor/1"
    assert found["running"] is True
    assert found["sources"] == sources_json((CLAUDE, OFF))["sources"]
    assert sources_json((OFF,)) == {
        "schema": "tankful.sources/1",
        "sources": [
            {
                "agent": "codex",
                "name": "Codex CLI",
                "folders": [],
                "passed_over": [],
                "read": False,
                "condition": None,
                "title": "",
                "hint": "",
                "files": 0,
                "events": 0,
                "prompts": 0,
                "undated": 0,
                "forgotten": 0,
                "exactness": "exact",
                "note": "",
            }
        ],
    }


def test_what_programs_get_has_the_published_shape() -> None:
    check(
        "doctor",
        findings_json(replace(FOUND, sources=(CLAUDE, OFF), ledger=replace(FOUND.ledger, flaws=(FlawFacts(Flaw.NOT_JSON, "/a", 7, 1),)))),
    )
    check("sources", sources_json((CLAUDE, OFF)))


def test_sources_are_a_block_each() -> None:
    assert len(source_lines((CLAUDE, OFF))) == 3
    assert said(CLAUDE, everything=True)[-1] == "    /x/projects  from CLAUDE_CONFIG_DIR, not there"


def test_folders_below_a_closed_one_are_not_said_to_be_missing() -> None:
    closed = replace(CLAUDE, folders=(Folder("/closed/projects", "~/.claude", exists=False, is_closed=True), *FOLDERS))
    assert "    /closed/projects  from ~/.claude, closed to you" in said(closed)


def test_linked_accounts_are_named_and_what_means_nothing_among_them_too() -> None:
    lines = text_of(replace(FOUND, accounts=AccountsFacts("/etc/links.toml", ("Work", "Home"), ("Work.colour",))))
    assert "  Accounts  /etc/links.toml (Work, Home)" in lines
    assert any("Work.colour in the accounts means nothing." in line for line in lines)


ABSENT = SourceFacts("goose", "Goose", (), FeedHealth("goose", Condition.WAITING, title="No records of Goose found", hint="Use it once."))


def said(*sources: SourceFacts, everything: bool = False) -> list[str]:
    return ["".join(piece.text for piece in line) for line in source_lines(sources, everything=everything)]


def test_agents_that_were_not_found_share_a_line_unless_all_is_wanted() -> None:
    assert said(CLAUDE, ABSENT)[-2:] == ["  ○ Not found here: Goose.", "    `tankful sources --all` says where is looked."]
    assert said(ABSENT)[1] == "    Use one of them once, or name its folder in the settings."
    assert said(CLAUDE, ABSENT, everything=True)[-1] == "  Goose (goose)  ○ No records of Goose found. Use it once."


def test_each_agent_is_said_to_be_as_exact_as_it_is() -> None:
    health = FeedHealth("cursor", Condition.OK, files=2, prompts=35)
    cursor = SourceFacts("cursor", "Cursor", (), health, Exactness.ACTIVITY, "What a session costs is not kept on this machine.")
    assert said(cursor) == [
        "  Cursor (cursor)  ● 2 files, 35 prompts seen, cost unknown here · activity only",
        "    What a session costs is not kept on this machine.",
    ]


@pytest.mark.parametrize(("undated", "words"), [(1, "1 response was"), (3, "3 responses were")])
def test_what_is_booked_at_a_guess_of_its_time_is_said(undated: int, words: str) -> None:
    droid = SourceFacts("droid", "Droid", (), FeedHealth("droid", Condition.OK, files=1, events=9, undated=undated))
    assert said(droid)[1] == f"    {words} booked at the last change of a session's sum: nothing says when it grew."


def test_changes_of_the_model_are_listed_and_none_is_said_to_be_as_far_as_is_known() -> None:
    none = "  No other model answered than was asked for, as far as agents and gateways tell both."
    assert none in text_of(FOUND)
    told = replace(FOUND, model_changes=tuple(f"Change {number}." for number in range(22)))
    lines = text_of(told)
    assert none not in lines
    assert "  ▲ Change 0." in lines
    assert "  and 2 more; --json lists them." in lines
    check("doctor", findings_json(told))
    assert findings_json(told)["model_changes"] == told.model_changes


def test_folders_from_the_settings_that_nothing_is_read_below_are_said_with_their_line() -> None:
    gone, odd = PassedOver("/mnt/gone", 3, "is not there"), PassedOver("x" * 300 + "\0", 0, "does not begin at the root")
    absent = replace(ABSENT, passed_over=(gone, odd))
    assert said(CLAUDE, absent)[-3:] == [
        "  Goose (goose)  ○ No records of Goose found. Use it once.",
        "    ▲ '/mnt/gone' is not there. It is named in the settings, line 3.",
        f"    ▲ '{'x' * 200}…' does not begin at the root. It is named in the settings.",
    ]
    check("sources", sources_json((CLAUDE, absent)))
    check("doctor", findings_json(replace(FOUND, sources=(absent,))))
