"""Where transcripts are looked for, which files count, and which gateway they went through."""

import os
from pathlib import Path

import pytest

from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import Places, Root

RELATED = {"OpenClaude", "cc-mirror", "Cherry Studio", "Claude Desktop"}


def found(home: Path, platform: str = "linux", extra: tuple[Path, ...] = (), **environ: str) -> list[tuple[str, str]]:
    """Claude Code's own roots as text, relative to home where they are below it."""
    return [root for root in found_at_all(home, platform, extra, **environ) if root[1] not in RELATED]


def related(home: Path, platform: str = "linux", **environ: str) -> list[tuple[str, str]]:
    """The roots of programs built on Claude Code."""
    return [root for root in found_at_all(home, platform, (), **environ) if root[1] in RELATED]


def found_at_all(home: Path, platform: str, extra: tuple[Path, ...], **environ: str) -> list[tuple[str, str]]:
    places = Places(home, environ, platform, {SOURCE.id: extra} if extra else {})
    return [(os.path.relpath(root.path, home), root.origin) for root in SOURCE.roots(places)]


def test_without_any_choice_both_of_the_usual_folders_are_roots(tmp_path: Path) -> None:
    assert found(tmp_path) == [
        (".config/claude/projects", "~/.config/claude"),
        (".config/claude/transcripts", "~/.config/claude"),
        (".claude/projects", "~/.claude"),
        (".claude/transcripts", "~/.claude"),
    ]


def test_windows_has_only_the_folder_in_the_users_profile(tmp_path: Path) -> None:
    assert {origin for _, origin in found(tmp_path, "win32")} == {"~/.claude"}


def test_the_configuration_home_moves_one_of_them_unless_it_is_relative(tmp_path: Path) -> None:
    assert found(tmp_path, XDG_CONFIG_HOME=str(tmp_path / "conf"))[0] == ("conf/claude/projects", "XDG_CONFIG_HOME")
    assert found(tmp_path, XDG_CONFIG_HOME="conf")[0] == (".config/claude/projects", "~/.config/claude")


def test_a_list_of_chosen_folders_replaces_the_usual_ones(tmp_path: Path) -> None:
    chosen = f"{tmp_path}/one, ~/two/projects ,,{tmp_path}/one/"
    assert found(tmp_path, CLAUDE_CONFIG_DIR=chosen) == [
        ("one/projects", "CLAUDE_CONFIG_DIR"),
        ("one/transcripts", "CLAUDE_CONFIG_DIR"),
        ("two/projects", "CLAUDE_CONFIG_DIR"),
    ]


def test_folders_from_the_settings_come_on_top_and_may_hold_logs_directly(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "old" / "projects").mkdir(parents=True)
    extra = (tmp_path / "copies", tmp_path / "old", tmp_path / "missing")
    assert [place for place, origin in found(tmp_path, extra=extra) if origin == "settings"] == [
        "copies",
        "old/projects",
        "old/transcripts",
        "missing/projects",
        "missing/transcripts",
    ]


def test_a_link_to_a_folder_and_the_folder_are_one_root(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "claude").symlink_to(tmp_path / ".claude")
    assert [origin for _, origin in found(tmp_path)] == ["~/.config/claude", "~/.config/claude"]


def test_transcripts_are_logs_and_workflow_journals_are_not() -> None:
    root = Root(Path("/logs/projects"), "test")
    below = [
        "a/1.jsonl",
        "a/1/subagents/agent-2.jsonl",
        "a/1/subagents/agent-2.meta.json",
        "a/1/subagents/journal.jsonl",
        "a/1/subagents/workflows/wf/agent-3.jsonl",
        "a/1/subagents/workflows/wf/journal.jsonl",
        "a/journal.jsonl",
        "a/my-journal.jsonl",
    ]
    kept = [path.removeprefix("/logs/projects/") for path in SOURCE.logs(root, [f"/logs/projects/{path}" for path in below])]
    assert kept == [below[0], below[1], below[4], below[6], below[7]]


def test_a_journal_is_known_in_a_place_named_otherwise_than_its_root() -> None:
    assert list(SOURCE.logs(Root(Path("/link"), "test"), ["/real/subagents/journal.jsonl", "/real/1.jsonl"])) == ["/real/1.jsonl"]


def test_the_environment_names_the_gateway(tmp_path: Path) -> None:
    places = Places(tmp_path, {"ANTHROPIC_BASE_URL": " https://ada:secret@gateway.example:4000/anthropic?key=1 "}, "linux")
    assert SOURCE.route(places, Root(tmp_path / "projects", "test")) == "https://gateway.example:4000/anthropic"


def test_claude_codes_own_settings_name_the_gateway(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(
        '\ufeff{"model": "opus", "env": {"X": 1, "ANTHROPIC_BASE_URL": "https://one.example"}}', "utf-8"
    )
    places = Places(tmp_path, {}, "linux")
    assert SOURCE.route(places, Root(tmp_path / "projects", "test")) == "https://one.example"
    assert SOURCE.route(places, Root(tmp_path, "test")) == "https://one.example"
    (tmp_path / "settings.local.json").write_text('{"env": {"ANTHROPIC_BASE_URL": "https://two.example"}}', "utf-8")
    assert SOURCE.route(places, Root(tmp_path / "transcripts", "test")) == "https://two.example"


def test_variables_in_settings_beat_those_of_the_process(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"env": {"ANTHROPIC_BASE_URL": "https://settings.example"}}', "utf-8")
    places = Places(tmp_path, {"ANTHROPIC_BASE_URL": "https://shell.example"}, "linux")
    assert SOURCE.route(places, Root(tmp_path / "projects", "test")) == "https://settings.example"


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", "etc/claude-code"),
        ("darwin", "Library/Application Support/ClaudeCode"),
        ("win32", "Program Files/ClaudeCode"),
        ("win32", "ProgramData/ClaudeCode"),
    ],
)
def test_what_an_organisation_settles_beats_the_users_own(tmp_path: Path, platform: str, folder: str) -> None:
    system = tmp_path / "system"
    settled = system / folder
    (settled / "managed-settings.d").mkdir(parents=True)
    (tmp_path / "settings.json").write_text('{"env": {"ANTHROPIC_BASE_URL": "https://own.example"}}', "utf-8")
    places, root = Places(tmp_path, {}, platform, system=system), Root(tmp_path / "projects", "test")
    assert SOURCE.route(places, root) == "https://own.example"
    (settled / "managed-settings.json").write_text('{"env": {"ANTHROPIC_BASE_URL": "https://gateway.example/v1"}}', "utf-8")
    assert SOURCE.route(places, root) == "https://gateway.example/v1"
    for name, url in (("10-first.json", "https://first.example"), ("20-last.json", "https://last.example"), ("readme.txt", "https://x")):
        (settled / "managed-settings.d" / name).write_text(f'{{"env": {{"ANTHROPIC_BASE_URL": "{url}"}}}}', "utf-8")
    (settled / "managed-settings.d" / "30-other.json").write_text('{"env": {}}', "utf-8")
    assert SOURCE.route(places, root) == "https://last.example"


@pytest.mark.parametrize(
    "settings",
    [
        b"",
        b"{",
        b"[]",
        b'{"env": null}',
        b'{"env": []}',
        b'{"env": {}}',
        b'{"env": {"ANTHROPIC_BASE_URL": 5}}',
        b'{"env": {"ANTHROPIC_BASE_URL": "http://[broken"}}',
        b'{"env": {"ANTHROPIC_BASE_URL": "\xff"}}',
        b'{"env": {"ANTHROPIC_BASE_URL": "https://half.example/\\ud83d"}}',
        b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b" " * 4_000_001,
    ],
)
def test_settings_that_say_nothing_readable_mean_the_vendors_own_address(tmp_path: Path, settings: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(settings)
    assert not SOURCE.route(Places(tmp_path, {}, "linux"), Root(tmp_path / "projects", "test"))


def test_a_pipe_or_a_folder_in_the_place_of_settings_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.json")
    (tmp_path / "settings.local.json").mkdir()
    assert not SOURCE.route(Places(tmp_path, {}, "linux"), Root(tmp_path / "projects", "test"))


@pytest.mark.parametrize(
    ("platform", "environ", "place"),
    [
        ("linux", {}, ".config"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, ".config"),
        ("linux", {"XDG_CONFIG_HOME": "/conf"}, "/conf"),
        ("darwin", {}, "Library/Application Support"),
        ("win32", {}, "AppData/Roaming"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming"),
    ],
)
def test_programs_built_on_claude_code_are_read_too(tmp_path: Path, platform: str, environ: dict[str, str], place: str) -> None:
    cherry = tmp_path / place / "CherryStudio" / "Data" / "Agents" / ".claude" / "projects"
    expected = [(".openclaude/projects", "OpenClaude"), (os.path.relpath(cherry, tmp_path), "Cherry Studio")]
    for chosen in ({}, {"CLAUDE_CONFIG_DIR": str(tmp_path / "chosen")}):
        assert [root for root in related(tmp_path, platform, **environ, **chosen) if root[1] != "Claude Desktop"] == expected


def test_each_variant_of_cc_mirror_that_has_logs_is_read(tmp_path: Path) -> None:
    for variant in ("zai", "minimax"):
        (tmp_path / ".cc-mirror" / variant / "config" / "projects").mkdir(parents=True)
    (tmp_path / ".cc-mirror" / "empty").mkdir()
    (tmp_path / ".cc-mirror" / "note.txt").write_text("no variant")
    assert [place for place, origin in related(tmp_path) if origin == "cc-mirror"] == [
        ".cc-mirror/minimax/config/projects",
        ".cc-mirror/zai/config/projects",
    ]
