"""`tankful ask`: the request is printed, and exactly that is passed on by the user's own hand."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from gateway_rig import AnsweringServer
from tankful.core.errors import SettingsUnreadable
from tankful.store.settings_file import SettingsFile
from terminals import Machine


@pytest.fixture
def spent(machine: Machine) -> Machine:
    machine.month()
    machine.run("budget", "10")
    return machine


def test_it_is_printed_with_own_figures_alone(spent: Machine) -> None:
    done = spent.run("ask", "--reason", "Two of us are ill.")
    assert done.code == 0
    assert done.out.startswith("Request for more AI budget: November\n\nPeriod: 1 Nov to 30 Nov 2026")
    assert "Spent: $9.00, 90%\n" in done.out
    assert "Not in these figures: 1 request without a price\n" in done.out
    assert "Reason: Two of us are ill.\n" in done.out
    assert "- Claude Code: $9.00 + 1 unpriced\n" in done.out
    assert done.out.endswith("Spend by project:\n- work: $9.00 + 1 unpriced\n")


def test_names_of_projects_can_be_left_out(spent: Machine) -> None:
    done = spent.run("ask", "--no-projects")
    assert "- project 1: $9.00" in done.out
    assert "work" not in done.out


def test_it_is_mailed_to_whom_the_settings_name(spent: Machine) -> None:
    SettingsFile(spent.data / "settings.toml").change(ask_for_more_mail="budget@example.com")
    done = spent.run("ask", "--mail")
    (url,) = spent.opened
    assert url.startswith("mailto:budget@example.com?subject=")
    assert unquote(url.partition("&body=")[2]).replace("\r\n", "\n") == done.out.rstrip("\n")


def test_it_is_sent_after_a_yes_and_is_what_was_printed(spent: Machine) -> None:
    assert spent.run("ask", "--send").err.startswith("tankful: No address to send it to is set.")
    with AnsweringServer({("POST", "/requests"): (200, {}, {})}) as server:
        SettingsFile(spent.data / "settings.toml").change(ask_for_more_url=f"{server.url}/requests")
        declined = spent.run("ask", "--send", screen=True, piped="n\n")
        assert (declined.code, declined.err.splitlines()[-1]) == (2, "tankful: Nothing was sent.")
        assert spent.run("ask", "--send").err.startswith("tankful: Nothing was sent: nobody can be asked.")
        assert not server.requests
        done = spent.run("ask", "--send", "--yes")
    assert done.code == 0
    (seen,) = server.requests
    assert seen.json == {"text": done.out}


def test_a_sending_that_fails_says_why_and_the_text_was_printed(spent: Machine) -> None:
    with AnsweringServer() as server:
        SettingsFile(spent.data / "settings.toml").change(ask_for_more_url=server.url)
        failed = spent.run("ask", "--send", "--yes")
    assert failed.code == 2
    assert failed.err.startswith("tankful: It was not taken: the address answers with status 404.")
    assert failed.out.startswith("Request for more AI budget")


def test_it_is_copied_where_a_program_can(spent: Machine) -> None:
    bin_folder = spent.home / "bin"
    bin_folder.mkdir()
    program, into = bin_folder / "xclip", spent.home / "copied"
    program.write_text(f"#!/bin/sh\n/bin/cat > {into}\n")
    program.chmod(0o755)
    spent.environ |= {"PATH": str(bin_folder), "DISPLAY": ":1"}
    done = spent.run("ask", "--copy")
    assert into.read_text() == done.out
    spent.environ["PATH"] = str(spent.home)
    assert spent.run("ask", "--copy").err.startswith("tankful: Nothing here can copy to the clipboard.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ask_for_more_url", "http://budget.example.com/"),
        ("ask_for_more_url", "https://me:secret@example.com/"),
        ("ask_for_more_url", "budget"),
        ("ask_for_more_mail", "a@b.example?bcc=c@d.example"),
        ("ask_for_more_mail", "a@b.example, c@d.example"),
        ("ask_for_more_mail", "nobody"),
    ],
)
def test_addresses_that_hide_something_are_not_kept(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(SettingsUnreadable, match="not allowed"):
        SettingsFile(tmp_path / "settings.toml").change(**{field: value})


def test_addresses_may_be_taken_away(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    assert (
        file.change(ask_for_more_url="https://budget.example.com/x?y", ask_for_more_mail="a@b.example").ask_for_more_mail == "a@b.example"
    )
    assert file.change(ask_for_more_url="", ask_for_more_mail="").ask_for_more_url == ""
