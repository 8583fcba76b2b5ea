"""Every agent that can report live is told so in its own configuration, and untold without a trace."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Journal
from tankful.switch.machine import MAC, WINDOWS, Machine
from tankful.switch.plans import read_values
from tankful.switch.registry import REPORTERS, by_id
from tankful.switch.telemetry import PURPOSE, Reporter, Where, plans_for, refuse_if_managed, reports

WHERE = Where("http://127.0.0.1:23456", "t" * 32)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
WITH_FILES = [each for each in REPORTERS if each.lines is None]
SHAPES = {
    "claude-code": '{\n  // mine\n  "permissions": {"allow": ["Bash(ls)"]},\n  "env": {\n    "ANTHROPIC_BASE_URL": "http://x"\n  }\n}\n',
    "codex": '# mine\nmodel = "gpt-5"  # good\n\n[otel]\nenvironment = "dev"\n\n[profiles.fast]\nmodel = "gpt-5-mini"\n',
    "gemini-cli": '{\n\t"theme": "dark", // nice\n\t"telemetry": {"enabled": false}\n}\n',
    "qwen-code": '{"theme": "dark"}',
    "copilot-vscode": '{\r\n    "editor.tabSize": 2,\r\n    /* Copilot */\r\n    "github.copilot.enable": {"*": true},\r\n}\r\n',
}


def machine(tmp_path: Path, platform: str = "linux", **environ: str) -> Machine:
    return Machine(tmp_path / "home", environ, platform, tmp_path / "system")


def prepared(reporter: Reporter, at: Machine) -> Path:
    path = reporter.files(at)[0]
    path.parent.mkdir(parents=True)
    path.write_bytes(SHAPES[reporter.agent].encode())
    return path


@pytest.mark.parametrize("reporter", WITH_FILES, ids=lambda each: each.agent)
@pytest.mark.parametrize("platform", ["linux", MAC, WINDOWS])
def test_on_and_off_leave_every_byte(tmp_path: Path, reporter: Reporter, platform: str) -> None:
    here, journal = machine(tmp_path, platform), Journal(tmp_path / "switch")
    path = prepared(reporter, here)
    before = read_values(path)
    assert not reports(reporter, here, WHERE)
    journal.carry_out(reporter.agent, PURPOSE, plans_for(reporter, here, WHERE), NOW)
    assert reports(reporter, here, WHERE)
    assert WHERE.token in path.read_text()
    assert {key: said for key, said in read_values(path).items() if key in before}.keys() == before.keys()
    assert not any(each.is_needed for each in plans_for(reporter, here, WHERE))
    journal.undo(journal.entries()[0])
    assert path.read_bytes() == SHAPES[reporter.agent].encode()


@pytest.mark.parametrize("reporter", WITH_FILES, ids=lambda each: each.agent)
def test_a_file_that_is_not_there_yet_is_made_where_the_agent_is_used(tmp_path: Path, reporter: Reporter) -> None:
    here = machine(tmp_path)
    with pytest.raises(NotSwitched, match="is not used here"):
        plans_for(reporter, here, WHERE)
    reporter.files(here)[0].parent.mkdir(parents=True)
    Journal(tmp_path / "switch").carry_out(reporter.agent, PURPOSE, plans_for(reporter, here, WHERE), NOW)
    assert reports(reporter, here, WHERE)
    assert not reports(reporter, here, Where(WHERE.address, "other"))


def test_what_each_is_told(tmp_path: Path) -> None:
    told: dict[str, Any] = {}
    here = machine(tmp_path)
    for reporter in WITH_FILES:
        prepared(reporter, here)
        (plan,) = plans_for(reporter, here, WHERE)
        told[reporter.agent] = {".".join(change.key): change.value for change in plan.changes}
    opened = f"http://127.0.0.1:23456/{'t' * 32}"
    gemini = {
        "telemetry.enabled": True,
        "telemetry.target": "local",
        "telemetry.otlpEndpoint": opened,
        "telemetry.otlpProtocol": "http",
        "telemetry.logPrompts": False,
    }
    assert told == {
        "claude-code": {
            "env.CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "env.OTEL_LOGS_EXPORTER": "otlp",
            "env.OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
            "env.OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:23456",
            "env.OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer {'t' * 32}",
        },
        "codex": {
            "otel.exporter": {
                "otlp-http": {
                    "endpoint": "http://127.0.0.1:23456/v1/logs",
                    "protocol": "json",
                    "headers": {"Authorization": f"Bearer {'t' * 32}"},
                }
            }
        },
        "gemini-cli": gemini,
        "qwen-code": gemini,
        "copilot-vscode": {
            "github.copilot.chat.otel.enabled": True,
            "github.copilot.chat.otel.exporterType": "otlp-http",
            "github.copilot.chat.otel.otlpEndpoint": opened,
            "github.copilot.chat.otel.captureContent": False,
        },
    }


MANAGED: dict[str, dict[str, Any]] = {
    "claude-code": {"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://it.example.com"}},
    "gemini-cli": {"telemetry": {"enabled": False}},
    "qwen-code": {"telemetry": {}},
    "copilot-vscode": {"CopilotOtelEndpoint": "x"},
}


@pytest.mark.parametrize("reporter", WITH_FILES, ids=lambda each: each.agent)
@pytest.mark.parametrize("platform", ["linux", MAC, WINDOWS])
def test_what_the_organisation_decides_is_left_to_it(tmp_path: Path, reporter: Reporter, platform: str) -> None:
    here = machine(tmp_path, platform)
    path = prepared(reporter, here)
    managed = reporter.managed[0](here)
    managed.parent.mkdir(parents=True, exist_ok=True)
    managed.write_text("")
    assert plans_for(reporter, here, WHERE)
    managed.write_text("[otel]\n" if reporter.agent == "codex" else json.dumps(MANAGED[reporter.agent]))
    with pytest.raises(NotSwitched, match="Your organisation decides"):
        plans_for(reporter, here, WHERE)
    managed.write_bytes(b"\xff = {")
    with pytest.raises(NotSwitched, match="Your organisation decides"):
        plans_for(reporter, here, WHERE)
    assert path.read_bytes() == SHAPES[reporter.agent].encode()


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", "etc/github-copilot"),
        (MAC, "Library/Application Support/GitHubCopilot"),
        (WINDOWS, "Program Files/GitHubCopilot"),
    ],
)
def test_an_organisation_decides_for_all_of_copilot_in_one_file(tmp_path: Path, platform: str, folder: str) -> None:
    here = machine(tmp_path, platform)
    file = tmp_path / "system" / folder / "managed-settings.json"
    file.parent.mkdir(parents=True)
    for agent in ("copilot-vscode", "copilot-cli"):
        reporter = by_id(agent)
        assert reporter is not None
        file.write_text('{"permissions": {}}')
        refuse_if_managed(reporter, here)
        file.write_text('{"telemetry": {"enabled": true, "endpoint": "https://it.example.com"}}')
        with pytest.raises(NotSwitched, match="Your organisation decides"):
            refuse_if_managed(reporter, here)


def test_parts_of_what_the_organisation_decides_count_too(tmp_path: Path) -> None:
    here, claude = machine(tmp_path), by_id("claude-code")
    assert claude is not None
    prepared(claude, here)
    parts = tmp_path / "system" / "etc" / "claude-code" / "managed-settings.d"
    parts.mkdir(parents=True)
    (parts / "10-other.json").write_text('{"env": {"X": "1"}}')
    assert plans_for(claude, here, WHERE)
    (parts / "20-telemetry.json").write_text('{"env": {"CLAUDE_CODE_ENABLE_TELEMETRY": "0"}}')
    with pytest.raises(NotSwitched, match="20-telemetry"):
        plans_for(claude, here, WHERE)


TAKEN = {
    "claude-code": '{"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://other.example.com"}}',
    "codex": '[otel]\nexporter = {otlp-http = {endpoint = "https://other.example.com"}}\n',
    "gemini-cli": '{"telemetry": {"enabled": true, "outfile": "t.log"}}',
    "qwen-code": '{"telemetry": {"enabled": true}}',
    "copilot-vscode": '{"github.copilot.chat.otel.enabled": true}',
}


@pytest.mark.parametrize("reporter", WITH_FILES, ids=lambda each: each.agent)
def test_who_reports_to_somebody_else_goes_on_doing_so(tmp_path: Path, reporter: Reporter) -> None:
    here = machine(tmp_path)
    path = prepared(reporter, here)
    path.write_text(TAKEN[reporter.agent])
    with pytest.raises(NotSwitched, match="already, as"):
        plans_for(reporter, here, WHERE)
    path.write_text("}")
    with pytest.raises(NotSwitched, match="can be changed"):
        plans_for(reporter, here, WHERE)
    assert not reports(reporter, here, WHERE)


def test_what_an_earlier_version_told_is_added_to(tmp_path: Path) -> None:
    here, copilot = machine(tmp_path), by_id("copilot-vscode")
    assert copilot is not None
    prefix = "github.copilot.chat.otel."
    told = {f"{prefix}enabled": True, f"{prefix}otlpEndpoint": WHERE.address_with_token, f"{prefix}captureContent": True}
    prepared(copilot, here).write_text(json.dumps(told))
    assert plans_for(copilot, here, WHERE)[0].is_needed


def test_switched_off_elsewhere_is_not_reporting(tmp_path: Path) -> None:
    here = machine(tmp_path)
    codex, copilot = by_id("codex"), by_id("copilot-vscode")
    assert codex is not None
    assert copilot is not None
    prepared(codex, here).write_text('[otel]\nexporter = "none"\n')
    prepared(copilot, here).write_text('{"github.copilot.chat.otel.enabled": false, "github.copilot.chat.otel.otlpEndpoint": "x"}')
    assert plans_for(codex, here, WHERE)[0].is_needed
    assert plans_for(copilot, here, WHERE)[0].is_needed


def test_variables_say_where_configurations_are(tmp_path: Path) -> None:
    folders = {"CLAUDE_CONFIG_DIR": str(tmp_path / "c"), "GEMINI_CLI_HOME": str(tmp_path / "g"), "QWEN_HOME": str(tmp_path / "q")}
    here = machine(tmp_path, CODEX_HOME="~/x, /other", **folders)
    found = {each.agent: each.files(here)[0] for each in WITH_FILES}
    assert found["claude-code"] == tmp_path / "c" / "settings.json"
    assert found["codex"] == here.home / "x" / "config.toml"
    assert found["gemini-cli"] == tmp_path / "g" / ".gemini" / "settings.json"
    assert found["qwen-code"] == tmp_path / "q" / "settings.json"


def test_copilot_in_the_terminal_is_told_by_hand(tmp_path: Path) -> None:
    copilot = by_id("copilot-cli")
    assert copilot is not None
    assert copilot.lines is not None
    endpoint = f"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:23456/{'t' * 32}"
    assert copilot.lines(machine(tmp_path), WHERE) == (f"COPILOT_OTEL_ENABLED=true {endpoint} copilot",)
    assert copilot.lines(machine(tmp_path, WINDOWS), WHERE)[0] == "$env:COPILOT_OTEL_ENABLED = 'true'"
    assert not reports(copilot, machine(tmp_path), WHERE)
    assert by_id("nobody") is None
