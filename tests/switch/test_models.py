"""Every agent's file takes another model and gives it back to the last byte; what stands in the way is said and nothing is touched."""

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from switching_rig import CONFIGS, OFFER, Config, machine_at, put
from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Journal
from tankful.switch.machine import Machine
from tankful.switch.models import KEY_VARIABLE, PURPOSE, Launch, launching, plans_for
from tankful.switch.plans import format_of
from tankful.switch.registry import SWITCHERS, started_by, switcher_of

KEY = "sk-secret"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EVERY = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.agent)


def switch(machine: Machine, agent: str, model: str = "") -> Journal:
    journal = Journal(machine.home / "journal")
    switcher = switcher_of(agent)
    assert switcher is not None
    offer = replace(OFFER, model=model or OFFER.model)
    journal.carry_out(agent, PURPOSE, plans_for(switcher, machine, offer), NOW)
    return journal


def undo(journal: Journal, agent: str) -> None:
    for entry in reversed(journal.of(agent, PURPOSE)):
        journal.undo(entry)


def said(path: Path) -> dict[str, Any]:
    return format_of(path).read(path.read_text())


def launch(machine: Machine, *words: str) -> Launch:
    switcher = started_by(words[0])
    assert switcher is not None
    return launching(switcher, machine, OFFER, KEY, words)


@EVERY
def test_a_switch_and_its_undo_leave_every_byte(tmp_path: Path, config: Config) -> None:
    path = put(tmp_path, config)
    journal = switch(machine_at(tmp_path), config.agent)
    assert "house-coder-2" in path.read_text()
    assert "sk-" not in path.read_text()
    undo(journal, config.agent)
    assert path.read_text() == config.text
    assert journal.entries() == ()


@EVERY
def test_what_somebody_changed_meanwhile_stays_and_nothing_else_does(tmp_path: Path, config: Config) -> None:
    path = put(tmp_path, config)
    journal = switch(machine_at(tmp_path), config.agent)
    assert config.meanwhile[0] in path.read_text()
    path.write_text(path.read_text().replace(*config.meanwhile))
    undo(journal, config.agent)
    assert path.read_text() == config.text.replace(*config.meanwhile)


@EVERY
def test_a_second_switch_is_undone_with_the_first(tmp_path: Path, config: Config) -> None:
    path = put(tmp_path, config)
    switch(machine_at(tmp_path), config.agent)
    journal = switch(machine_at(tmp_path), config.agent, "house-mini")
    assert "house-mini" in path.read_text()
    assert "house-coder-2" not in path.read_text()
    assert len({entry.path for entry in journal.entries()}) == len(journal.entries())
    undo(journal, config.agent)
    assert path.read_text() == config.text


@EVERY
def test_a_second_switch_over_somebodys_changes_is_undone_step_by_step(tmp_path: Path, config: Config) -> None:
    path = put(tmp_path, config)
    switch(machine_at(tmp_path), config.agent)
    path.write_text(path.read_text().replace(*config.meanwhile))
    journal = switch(machine_at(tmp_path), config.agent, "house-mini")
    undo(journal, config.agent)
    assert path.read_text() == config.text.replace(*config.meanwhile)


@EVERY
@pytest.mark.parametrize("wrong", ["malformed", "read-only", "link", "large", "bytes"])
def test_a_file_that_cannot_be_changed_safely_is_left_alone_and_it_is_said(tmp_path: Path, config: Config, wrong: str) -> None:
    path = put(tmp_path, config)
    match wrong:
        case "malformed":
            path.write_text("{ [ : broken\n")
        case "read-only":
            path.chmod(0o444)
        case "link":
            path.rename(tmp_path / "real")
            path.symlink_to(tmp_path / "real")
        case "large":
            path.write_text(config.text + "\n" * 4_000_001)
        case _:
            path.write_bytes(b"\xff\xfe\x00")
    before = path.read_bytes()
    with pytest.raises(NotSwitched) as refused:
        switch(machine_at(tmp_path), config.agent)
    assert str(path) in refused.value.title
    assert refused.value.hint.startswith("Nothing was changed")
    assert path.read_bytes() == before


@EVERY
def test_a_file_that_changes_after_it_was_shown_is_left_alone(tmp_path: Path, config: Config) -> None:
    path = put(tmp_path, config)
    switcher = switcher_of(config.agent)
    assert switcher is not None
    plans = plans_for(switcher, machine_at(tmp_path), OFFER)
    path.write_text(config.text.replace(*config.meanwhile))
    with pytest.raises(NotSwitched, match="changed meanwhile"):
        Journal(tmp_path / "journal").carry_out(config.agent, PURPOSE, plans, NOW)
    assert path.read_text() == config.text.replace(*config.meanwhile)


@EVERY
def test_a_kill_between_the_journal_and_the_file_can_be_restored(tmp_path: Path, config: Config) -> None:
    path = put(tmp_path, config)
    journal = switch(machine_at(tmp_path), config.agent)
    first = path.read_text()
    before = (tmp_path / "journal" / "journal.json").read_text()
    switch(machine_at(tmp_path), config.agent, "house-mini")
    after = (tmp_path / "journal" / "journal.json").read_text()
    path.write_text(first)  # as if the second change had only been written down
    (tmp_path / "journal" / "journal.json").write_text(json.dumps([*json.loads(before), *json.loads(after)]))
    undo(journal, config.agent)
    assert path.read_text() == config.text
    assert journal.entries() == ()


def test_codex_gets_a_profile_of_its_own_and_its_configuration_stays(tmp_path: Path) -> None:
    (tmp_path / ".codex").mkdir()
    base = tmp_path / ".codex" / "config.toml"
    base.write_text('model = "gpt-6" # mine\n')
    journal = switch(machine_at(tmp_path), "codex")
    profile = base.with_name("tankful.config.toml")
    written = tomllib.loads(profile.read_text())
    assert (written["model"], written["model_provider"]) == ("house-coder-2", "tankful")
    assert written["model_providers"]["tankful"] == {
        "name": "work by Tankful",
        "base_url": "https://llm.example.com/v1",
        "wire_api": "responses",
        "supports_websockets": False,
        "auth": {"command": "/opt/tankful/tankful", "args": ["key", "work"]},
    }
    switch(machine_at(tmp_path), "codex", "house-mini")
    undo(journal, "codex")
    assert not profile.exists()
    assert base.read_text() == 'model = "gpt-6" # mine\n'


def test_where_there_is_no_file_one_is_made_and_goes_again(tmp_path: Path) -> None:
    machine = machine_at(tmp_path)
    for config in CONFIGS:
        path = put(tmp_path, config)
        path.unlink()
    (tmp_path / ".aider").mkdir()
    for config in CONFIGS:
        journal = switch(machine, config.agent)
        made = [entry.path for entry in journal.of(config.agent, PURPOSE)]
        assert made
        assert all(path.exists() for path in made)
        assert all(said(path) for path in made)
        undo(journal, config.agent)
        assert not any(path.exists() for path in made)


def test_each_agent_is_told_in_its_own_words(tmp_path: Path) -> None:
    machine = machine_at(tmp_path)
    paths = {config.agent: put(tmp_path, config) for config in CONFIGS}
    for agent in paths:
        switch(machine, agent)
    claude = said(paths["claude-code"])
    assert claude["apiKeyHelper"] == "/opt/tankful/tankful key work"
    assert claude["env"]["ANTHROPIC_BASE_URL"] == "https://llm.example.com"
    assert claude["env"]["ANTHROPIC_DEFAULT_HAIKU_MODEL"] == claude["env"]["ANTHROPIC_MODEL"] == "house-coder-2"
    assert said(paths["gemini-cli"])["model"]["name"] == "house-coder-2"
    assert (tmp_path / ".gemini/.env").read_text() == "GOOGLE_GEMINI_BASE_URL=https://llm.example.com\n"
    opencode = said(paths["opencode"])
    assert opencode["model"] == opencode["small_model"] == "tankful/house-coder-2"
    assert opencode["provider"]["tankful"]["options"] == {"baseURL": "https://llm.example.com/v1", "apiKey": "{env:TANKFUL_API_KEY}"}
    goose = said(paths["goose"])
    assert (goose["GOOSE_PROVIDER"], goose["OPENAI_HOST"]) == ("openai", "https://llm.example.com")
    crush = said(paths["crush"])
    assert crush["models"]["large"] == {"provider": "tankful", "model": "house-coder-2"}
    assert crush["providers"]["tankful"]["models"][0]["cost_per_1m_in"] == 0.6
    aider = said(paths["aider"])
    assert (aider["model"], aider["openai-api-base"]) == ("openai/house-coder-2", "https://llm.example.com/v1")
    models = said(paths["continue"])["models"]
    assert [each["name"] for each in models] == ["Sonnet", "Tankful"]
    assert models[1]["apiKey"] == "${{ secrets.TANKFUL_API_KEY }}"
    zed = said(paths["zed"])
    assert zed["language_models"]["openai_compatible"]["tankful"]["api_url"] == "https://llm.example.com/v1"
    assert zed["agent"]["default_model"] == {"provider": "tankful", "model": "house-coder-2"}


MANAGED = {
    "claude-code": ("root/etc/claude-code/managed-settings.json", '{"env": {"ANTHROPIC_BASE_URL": "https://corp"}}'),
    "codex": ("root/etc/codex/managed_config.toml", 'model = "gpt-6"\n'),
    "gemini-cli": ("root/etc/gemini-cli/settings.json", '{"model": {"name": "x"}}'),
    "opencode": ("root/etc/opencode/opencode.json", '{"enabled_providers": ["corp"]}'),
}


@pytest.mark.parametrize("agent", MANAGED)
def test_what_the_organisation_decides_is_left_alone(tmp_path: Path, agent: str) -> None:
    place, text = MANAGED[agent]
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text(text)
    machine = machine_at(tmp_path)
    switcher = switcher_of(agent)
    assert switcher is not None
    with pytest.raises(NotSwitched, match="Your organisation decides which model"):
        plans_for(switcher, machine, OFFER)
    with pytest.raises(NotSwitched, match="Your organisation decides which model"):
        launch(machine, switcher.programs[0])
    (tmp_path / place).write_text("")
    with pytest.raises(NotSwitched, match="is not used here"):
        plans_for(switcher, machine, OFFER)


@pytest.mark.parametrize(
    ("agent", "path", "text", "why"),
    [
        ("claude-code", ".claude/settings.json", '{"env": {"ANTHROPIC_API_KEY": "sk-ant-1"}}', "a key of its own, env.ANTHROPIC_API_KEY"),
        ("claude-code", ".claude/settings.json", '{"apiKeyHelper": "op read x"}', "a key of its own, apiKeyHelper"),
        ("aider", ".aider.conf.yml", "openai-api-key: sk-1\n", "a key of its own, openai-api-key"),
        ("gemini-cli", ".gemini/.env", "GEMINI_API_KEY=x\n", "a key of its own, GEMINI_API_KEY"),
        ("gemini-cli", ".gemini/settings.json", '{"security": {"auth": {"selectedType": "oauth-personal"}}}', "signed in another way"),
        ("gemini-cli", ".gemini/.env", "what is this\n= no\n", "no file of variables that can be changed"),
        ("crush", ".config/crush/crushrc", "model add x\n", "is a script that beats crush.json"),
        ("continue", ".continue/config.json", "{}", "the older form"),
        ("goose", ".config/goose/config.yaml", "a: 1\na: 2\n", "no YAML that can be changed"),
        ("goose", ".config/goose/config.yaml", "- a\n", "it is not a mapping"),
        ("continue", ".continue/config.yaml", "models: 3\n", "models is not a mapping"),
    ],
)
def test_what_stands_in_the_way_is_said(tmp_path: Path, agent: str, path: str, text: str, why: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    with pytest.raises(NotSwitched, match=why):
        switch(machine_at(tmp_path), agent)
    assert (tmp_path / path).read_text() == text


def test_a_variable_that_beats_the_file_is_said(tmp_path: Path) -> None:
    put(tmp_path, CONFIGS[3])
    with pytest.raises(NotSwitched, match="GOOSE_MODEL is set in your environment and beats Goose's file"):
        switch(machine_at(tmp_path, GOOSE_MODEL="x"), "goose")


def test_an_agent_that_was_never_started_is_said(tmp_path: Path) -> None:
    (tmp_path / ".local/share/opencode").mkdir(parents=True)
    with pytest.raises(NotSwitched, match=r"There is no .*opencode"):
        switch(machine_at(tmp_path), "opencode")


def test_an_agent_that_is_at_the_gateway_gets_another_model_and_keeps_its_key(tmp_path: Path) -> None:
    path = tmp_path / ".claude/settings.json"
    path.parent.mkdir()
    env = {"ANTHROPIC_BASE_URL": "https://llm.example.com/", "ANTHROPIC_AUTH_TOKEN": "sk-mine", "ANTHROPIC_DEFAULT_OPUS_MODEL": "opus"}
    path.write_text(json.dumps({"env": env}))
    switch(machine_at(tmp_path), "claude-code")
    now = {"ANTHROPIC_MODEL": "house-coder-2", "ANTHROPIC_DEFAULT_OPUS_MODEL": "house-coder-2"}
    assert said(path) == {"env": {**env, **now}}
    variables = tmp_path / ".gemini/.env"
    variables.parent.mkdir()
    variables.write_text("# mine\nGEMINI_API_KEY=sk-mine\nGOOGLE_GEMINI_BASE_URL='https://llm.example.com'\n")
    journal = switch(machine_at(tmp_path), "gemini-cli")
    assert [entry.path.name for entry in journal.of("gemini-cli", PURPOSE)] == ["settings.json"]


def test_one_process_is_told_by_its_environment_and_flags_alone(tmp_path: Path) -> None:
    machine = machine_at(tmp_path)
    claude = launch(machine, "claude", "-p", "hello")
    assert claude.words == ("claude", "-p", "hello")
    assert claude.environ["ANTHROPIC_AUTH_TOKEN"] == KEY
    assert claude.environ["ANTHROPIC_API_KEY"] is None
    assert claude.environ["ANTHROPIC_MODEL"] == "house-coder-2"
    codex = launch(machine, "/usr/bin/codex", "exec", "x")
    assert codex.words[-2:] == ("exec", "x")
    assert codex.words[1:3] == ("-c", 'model="house-coder-2"')
    flags = codex.words[2:-2:2]
    settings = tomllib.loads("\n".join(flags))
    assert settings["model_providers"]["tankful"]["env_key"] == "TANKFUL_API_KEY"
    assert settings["model_providers"]["tankful"]["supports_websockets"] is False
    assert codex.environ == {"TANKFUL_API_KEY": KEY}
    with pytest.raises(NotSwitched, match="was not told yet to use a key"):
        launch(machine, "gemini")
    told = tmp_path / "told"
    put(told, CONFIGS[1])
    gemini = launch(machine_at(told), "gemini")
    assert gemini.environ["GOOGLE_GEMINI_BASE_URL"] == "https://llm.example.com"
    assert gemini.environ["GOOGLE_API_KEY"] is None
    opencode = launch(machine_at(tmp_path, OPENCODE_CONFIG_CONTENT='{"theme": "x"}'), "opencode.cmd")
    content = json.loads(opencode.environ["OPENCODE_CONFIG_CONTENT"] or "")
    assert (content["theme"], content["model"]) == ("x", "tankful/house-coder-2")
    goose = launch(machine, "goose", "session")
    assert (goose.environ["GOOSE_MODEL"], goose.environ["OPENAI_API_KEY"]) == ("house-coder-2", KEY)
    aider = launch(machine, "aider", "a.py")
    assert aider.words == ("aider", "--model", "openai/house-coder-2", "--openai-api-base", "https://llm.example.com/v1", "a.py")
    for made in (claude, codex, gemini, opencode, goose, aider):
        assert not any(KEY in word for word in made.words)
    assert list(tmp_path.iterdir()) == [told]


def test_settings_that_beat_the_environment_are_beaten_by_a_flag(tmp_path: Path) -> None:
    path = tmp_path / ".claude/settings.json"
    path.parent.mkdir()
    path.write_text('{"env": {"ANTHROPIC_BASE_URL": "https://elsewhere", "ANTHROPIC_MODEL": "opus"}}')
    made = launch(machine_at(tmp_path), "claude", "-c")
    assert made.words[1] == "--settings"
    assert json.loads(made.words[2]) == {"env": {"ANTHROPIC_BASE_URL": "https://llm.example.com", "ANTHROPIC_MODEL": "house-coder-2"}}
    path.write_text("broken")
    assert launch(machine_at(tmp_path), "claude").words == ("claude",)
    path.write_text('{"env": {"ANTHROPIC_AUTH_TOKEN": "sk-ant-1"}}')
    with pytest.raises(NotSwitched, match="a key of its own"):
        launch(machine_at(tmp_path), "claude")


@pytest.mark.parametrize(
    ("program", "why"),
    [("crush", "it takes a model from its files alone"), ("zed", "it is an editor that runs once")],
)
def test_an_agent_that_cannot_be_told_so_says_what_can_be_done(tmp_path: Path, program: str, why: str) -> None:
    with pytest.raises(NotSwitched, match=why) as refused:
        launch(machine_at(tmp_path), program)
    assert "`tankful switch " in refused.value.hint


def test_a_broken_variable_or_another_sign_in_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotSwitched, match="is no JSON"):
        launch(machine_at(tmp_path, OPENCODE_CONFIG_CONTENT="{"), "opencode")
    (tmp_path / ".gemini").mkdir()
    (tmp_path / ".gemini/settings.json").write_text('{"security": {"auth": {"selectedType": "oauth-personal"}}}')
    with pytest.raises(NotSwitched, match="signed in another way"):
        launch(machine_at(tmp_path), "gemini")


def test_programs_are_known_by_name_and_others_are_not() -> None:
    assert [switcher.agent for switcher in SWITCHERS if started_by(switcher.programs[0] if switcher.programs else "") is switcher] == [
        "claude-code", "codex", "gemini-cli", "opencode", "goose", "crush", "aider", "zed",
    ]  # fmt: skip
    assert started_by("C:\\tools\\Claude.EXE") is switcher_of("claude-code")
    assert started_by("vim") is None
    assert switcher_of("vim") is None


@pytest.mark.parametrize(
    ("agent", "platform", "path"),
    [
        ("goose", "win32", "AppData/Roaming/Block/goose/config"),
        ("zed", "win32", "AppData/Roaming/Zed"),
        ("zed", "darwin", ".config/zed"),
        ("crush", "win32", "AppData/Local/crush"),
    ],
)
def test_other_systems_keep_files_elsewhere(tmp_path: Path, agent: str, platform: str, path: str) -> None:
    (tmp_path / path).mkdir(parents=True)
    switcher = switcher_of(agent)
    assert switcher is not None
    machine = machine_at(tmp_path, platform)
    assert [each.path.parent for each in plans_for(switcher, machine, OFFER)] == [tmp_path / path]
    assert any(KEY_VARIABLE in step.command or "OPENAI_API_KEY" in step.command for step in switcher.steps(machine, OFFER))


def test_a_goose_of_its_own_root_is_found(tmp_path: Path) -> None:
    (tmp_path / "g/config").mkdir(parents=True)
    journal = switch(machine_at(tmp_path, GOOSE_PATH_ROOT=str(tmp_path / "g")), "goose")
    assert journal.entries()[0].path == tmp_path / "g/config/config.yaml"


def test_what_is_left_to_do_is_said_for_every_agent(tmp_path: Path) -> None:
    machine = machine_at(tmp_path)
    steps = {switcher.agent: switcher.steps(machine, OFFER) for switcher in SWITCHERS}
    assert steps["claude-code"] == ()
    assert [step.command for step in steps["codex"]] == ["codex --profile tankful"]
    assert steps["zed"][0].command == 'export TANKFUL_API_KEY="$(/opt/tankful/tankful key work)"'
    assert steps["aider"][0].command == 'export OPENAI_API_KEY="$(/opt/tankful/tankful key work)"'
    windows = machine_at(tmp_path, "win32")
    spaced = replace(OFFER, key_words=("C:\\Tank ful\\tankful.exe", "key", "work"))
    zed = switcher_of("zed")
    assert zed is not None
    assert zed.steps(windows, spaced)[0].command == '$env:TANKFUL_API_KEY = & "C:\\Tank ful\\tankful.exe" key work'
    for switcher in SWITCHERS:
        assert not any("key work" in step.command for step in switcher.steps(machine, replace(OFFER, needs_key=False)))
