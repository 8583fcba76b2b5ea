"""`tankful switch` and `tankful with`: another model in an agent's file after a yes, or for one process alone."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from schemas import check
from tankful.core.allocation import OfferedModel
from tankful.core.links import Link, Method
from tankful.core.settings import Settings
from tankful.engine.carrying import pricer
from tankful.store.ledger import Ledger
from tankful.store.links_file import LinksFile
from terminals import NOW, Machine

TEXT = '{\n  // mine\n  "model": "opus"\n}\n'
KEY = "sk-canary-4711"
OFFERED = (OfferedModel("house-coder-2", Decimal("0.0000006"), Decimal("0.0000024")), OfferedModel("frontier-9"))
DRIVER = """
import sys
sys.path.insert(0, {tests!r})
import os
from datetime import datetime, UTC
from rings import MemoryRing
from tankful import cli
from tankful.commands.terminal import Terminal
now = lambda: datetime(2026, 11, 20, 15, tzinfo=UTC)
ring = MemoryRing()
ring.kept = {kept!r}
sys.exit(cli.main(sys.argv[1:], tray=lambda _: 77, now=now, terminal=Terminal(sys.stdin, sys.stdout, sys.stderr, os.environ, now, ring)))
"""


@pytest.fixture
def linked(machine: Machine) -> Machine:
    """Somebody with an account whose gateway offers two models, and with Claude Code."""
    machine.environ["HOME"] = str(machine.home)
    for name, kind in (("work", "litellm"), ("quota", "claude-quota")):
        LinksFile(machine.data / "links.toml").put(Link(name, kind, f"https://{name}.example.com", Method.KEY))
    machine.ring.kept[f"work ({machine.data})"] = KEY
    ledger = Ledger(machine.data / "ledger.sqlite", lambda: NOW)
    with ledger.account_recorder() as recorder:
        recorder.keep_offered("work", OFFERED, NOW, pricer(Settings()))
    ledger.close()
    settings = machine.home / "claude" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(TEXT)
    return machine


def settings_of(machine: Machine) -> Path:
    return machine.home / "claude" / "settings.json"


def test_at_first_nothing_is_switched(linked: Machine) -> None:
    assert linked.run("switch").out == "No agent was given another model. `tankful switch AGENT --model MODEL` does that.\n"
    check("switch", linked.run("switch", "--json").json)


def test_a_switch_is_shown_made_after_a_yes_listed_and_taken_back(linked: Machine) -> None:
    asked = linked.run("switch", "claude-code", "--model", "house-coder-2", piped="y\n", screen=True)
    assert asked.code == 0, asked.err
    assert "Change this? [y/N]" in asked.err
    assert '+    "ANTHROPIC_MODEL": "house-coder-2"' in asked.out
    assert "Claude Code uses house-coder-2 of work. It takes effect in sessions that begin from now on." in asked.out
    assert KEY not in settings_of(linked).read_text()
    assert "https://work.example.com" in settings_of(linked).read_text()
    assert linked.run("switch", "claude-code", "--model", "house-coder-2").out == "Claude Code uses house-coder-2 already.\n"
    listed = linked.run("switch", "--json").json
    check("switch", listed)
    assert [(each["agent"], each["model"], each["in_the_way"]) for each in listed["switched"]] == [
        ("claude-code", "house-coder-2 of work", None)
    ]
    assert "Claude Code (claude-code)  ● house-coder-2 of work, since " in linked.run("switch").out
    assert "  No session began since then, so it cannot show yet." in linked.run("switch").out
    assert listed["switched"][0]["check"] == {"verdict": "waiting", "used": None, "session_at": None}
    undone = linked.run("switch", "--undo", "claude-code", "--yes")
    assert undone.code == 0
    assert settings_of(linked).read_text() == TEXT
    assert "no model that could be taken back" in linked.run("switch", "--undo", "claude-code").out


def test_a_ledger_that_cannot_be_read_keeps_no_switch_from_being_listed(linked: Machine) -> None:
    assert linked.run("switch", "claude-code", "--model", "house-coder-2", "--yes").code == 0
    (linked.data / "ledger.sqlite").unlink()
    (linked.data / "ledger.sqlite").mkdir()
    listed = linked.run("switch", "--json")
    assert listed.code == 0
    assert listed.json["switched"][0]["check"] is None
    assert listed.err


def test_without_a_yes_nothing_is_changed(linked: Machine) -> None:
    for given in ({}, {"piped": "n\n", "screen": True}):
        refused = linked.run("switch", "claude-code", "--model", "house-coder-2", **given)  # pyright: ignore[reportArgumentType] - words for it
        assert (refused.code, settings_of(linked).read_text()) == (2, TEXT)


def test_what_others_put_in_the_way_is_said_and_the_rest_is_restored(linked: Machine) -> None:
    codex = linked.home / "codex"
    codex.mkdir()
    for agent in ("claude-code", "codex"):
        assert linked.run("switch", agent, "--model", "frontier-9", "--yes").code == 0
    theirs = settings_of(linked).read_text().replace('"ANTHROPIC_MODEL": "frontier-9"', '"ANTHROPIC_MODEL": "other"')
    settings_of(linked).write_text(theirs)
    assert "  Cannot be taken back: env.ANTHROPIC_MODEL in" in linked.run("switch").out
    check("switch", linked.run("switch", "--json").json)
    restored = linked.run("switch", "--restore-all", "--yes")
    assert restored.code == 1
    assert "env.ANTHROPIC_MODEL in" in restored.err
    assert settings_of(linked).read_text() == theirs
    assert list(codex.iterdir()) == []
    settings_of(linked).write_text(theirs.replace('"other"', '"frontier-9"'))
    assert linked.run("switch", "--restore-all", "--yes").code == 0
    assert settings_of(linked).read_text() == TEXT
    assert linked.run("switch", "--restore-all").out == "There is nothing to take back.\n"


def test_restoring_takes_back_live_reports_too_and_needs_neither_accounts_nor_a_gauge(linked: Machine) -> None:
    assert linked.run("telemetry", "on", "claude-code", "--yes").code == 0
    assert linked.run("switch", "claude-code", "--model", "frontier-9", "--yes").code == 0
    (linked.data / "links.toml").unlink()
    linked.ring.refuses = "The keyring is locked"
    restored = linked.run("switch", "--restore-all", "--yes")
    assert restored.code == 0, restored.err
    assert settings_of(linked).read_text() == TEXT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("switch", "vim", "--model", "x"), "'vim' cannot be given another model. Use one of: claude-code, codex, "),
        (("switch", "--model", "x"), "No agent is named. Use one of: "),
        (("switch", "claude-code"), "No model is named. Write tankful switch claude-code --model MODEL."),
        (("switch", "claude-code", "--model", "house-koder"), "No linked account offers 'house-koder'. There is house-coder-2."),
        (("switch", "claude-code", "--model", "x", "--account", "nobody"), "is called 'nobody'. There are work."),
        (("switch", "claude-code", "--model", "x", "--json"), "--json is for the report alone."),
        (("switch", "goose", "--model", "frontier-9"), "Goose is not used here: there is no "),
        (("switch", "--undo"), "No agent is named."),
        (("switch", "--undo", "codex", "--model", "x"), "--undo takes no --model."),
        (("switch", "--restore-all", "codex"), "--restore-all takes no agent."),
        (("with", "frontier-9"), "No agent is named. Write it behind --, with its own words: tankful with frontier-9 -- claude."),
    ],
)
def test_what_cannot_be_is_said_in_one_line(linked: Machine, words: tuple[str, ...], said: str) -> None:
    done = linked.run(*words)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert settings_of(linked).read_text() == TEXT


def test_without_an_account_that_is_said(machine: Machine) -> None:
    done = machine.run("switch", "claude-code", "--model", "x")
    assert (
        done.err == "tankful: No account is linked. Link your company's gateway first: `tankful link auto --url https://llm.example.com`.\n"
    )


def test_a_key_is_printed_for_programs_alone(linked: Machine) -> None:
    assert linked.run("key", "work").out == f"{KEY}\n"
    shown = linked.run("key", "work", screen=True)
    assert (shown.code, KEY in shown.out + shown.err) == (2, False)
    assert "No account is called 'nobody'" in linked.run("key", "nobody").err


def agent(machine: Machine, name: str, lines: str) -> None:
    """Put a small script where an agent would be."""
    path = machine.home / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{lines}")
    path.chmod(0o755)


def with_model(machine: Machine, *words: str, account: str = "work") -> "subprocess.Popen[str]":
    """Start `tankful with` as a process of its own, with the keyring in memory."""
    driver = DRIVER.format(tests=str(Path(__file__).parent.parent), kept=machine.ring.kept)
    environ = {**os.environ, **machine.environ, "PATH": f"{machine.home / 'bin'}:{os.environ['PATH']}", "ANTHROPIC_API_KEY": "sk-old"}
    begun = [sys.executable, "-c", driver, "with", *words[:1], "--account", account, "--data", str(machine.data), "--", *words[1:]]
    return subprocess.Popen(begun, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=environ)


def test_an_agent_is_started_with_the_model_and_the_key_and_nothing_on_disk_changes(linked: Machine) -> None:
    agent(linked, "claude", "import json, os, sys\nprint(json.dumps([dict(os.environ), sys.argv[1:], os.getpid()]))\nsys.exit(7)\n")
    before = {path: path.read_bytes() for path in (linked.home / "claude").rglob("*") if path.is_file()}
    started = with_model(linked, "house-coder-2", "claude", "-p", "two words", "--", "--account")
    out, err = started.communicate(timeout=60)
    assert started.returncode == 7, err
    environ, words, number = json.loads(out)
    assert words == ["-p", "two words", "--", "--account"]
    assert number == started.pid
    assert environ["ANTHROPIC_BASE_URL"] == "https://work.example.com"
    assert environ["ANTHROPIC_AUTH_TOKEN"] == KEY
    assert environ["ANTHROPIC_MODEL"] == "house-coder-2"
    assert "ANTHROPIC_API_KEY" not in environ
    assert err == "Claude Code uses house-coder-2 of work, this once.\n"
    assert {path: path.read_bytes() for path in (linked.home / "claude").rglob("*") if path.is_file()} == before
    assert not (linked.data / "switch").exists()


@pytest.mark.parametrize(
    ("program", "variable", "value"),
    [
        ("codex", "TANKFUL_API_KEY", KEY),
        ("gemini", "GEMINI_MODEL", "house-coder-2"),
        ("opencode", "TANKFUL_API_KEY", KEY),
        ("goose", "GOOSE_MODEL", "house-coder-2"),
        ("aider", "OPENAI_API_KEY", KEY),
    ],
)
def test_every_agent_is_started_in_its_own_way(linked: Machine, program: str, variable: str, value: str) -> None:
    told = linked.home / ".gemini" / "settings.json"
    told.parent.mkdir()
    told.write_text('{"security": {"auth": {"selectedType": "gemini-api-key"}}}')
    agent(linked, program, f"import os, sys\nprint(os.environ[{variable!r}], *sys.argv[1:], sep='\\n')\n")
    started = with_model(linked, "house-coder-2", program, "last")
    out, err = started.communicate(timeout=60)
    assert started.returncode == 0, err
    assert out.splitlines()[0] == value
    assert out.splitlines()[-1] == "last"
    assert KEY not in "\n".join(out.splitlines()[1:])


def test_signals_are_the_agents(linked: Machine) -> None:
    agent(linked, "claude", "import signal, sys\nprint('ready', flush=True)\nsignal.sigwait([signal.SIGUSR1])\n")
    started = with_model(linked, "house-coder-2", "claude")
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    started.send_signal(signal.SIGTERM)
    started.communicate(timeout=60)
    assert started.returncode == -signal.SIGTERM


def test_what_cannot_be_started_is_said(linked: Machine) -> None:
    for name in ("claude", "crush"):
        agent(linked, name, "print('started')\n")
    for words, account, said in (
        (
            ("house-coder-2", "vim"),
            "work",
            "'vim' is no agent that can be started so. Use one of: claude, codex, gemini, opencode, goose, aider.",
        ),
        (("house-coder-2", "goose-not-there/goose"), "work", "There is no program 'goose-not-there/goose'. Install Goose"),
        (("house-coder-2", "crush"), "work", "Crush cannot be started with another model: it takes a model from its files alone."),
        (("nothing", "claude"), "work", "No linked account offers 'nothing'."),
        (("house-coder-2", "claude"), "quota", "No account that passes calls on is called 'quota'. There are work."),
    ):
        started = with_model(linked, *words, account=account)
        out, err = started.communicate(timeout=60)
        assert (started.returncode, out) == (2, ""), err
        assert said in err
        assert err.count("\n") == 1
