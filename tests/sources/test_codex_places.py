"""Where Codex keeps its logs, and where its calls go."""

import os
from pathlib import Path

import pytest

from sources.codex_reading import logs_of, places, read_lines
from tankful.sources import codex_source
from tankful.sources.codex_places import Configuration, configuration_of
from tankful.sources.source import Log, Places, Root

COUNT = (
    b'{"timestamp":"2026-05-04T09:00:00Z","type":"event_msg","payload":'
    b'{"type":"token_count","info":{"last_token_usage":{"input_tokens":5,"output_tokens":1}}}}'
)


def _paths(roots: tuple[Root, ...]) -> list[tuple[str, str]]:
    return [(str(root.path), root.origin) for root in roots]


def _write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_without_a_choice_the_home_folder_is_read(tmp_path: Path) -> None:
    home = tmp_path / ".codex"
    assert _paths(codex_source.SOURCE.roots(places(tmp_path))) == [
        (str(home / name), "~/.codex") for name in ("sessions", "archived_sessions")
    ]


def test_codex_home_is_a_list_that_replaces_the_home_folder(tmp_path: Path) -> None:
    roots = codex_source.SOURCE.roots(places(tmp_path, {"CODEX_HOME": f" {tmp_path / 'one'}, ~/two/sessions,,{tmp_path / 'one'}"}))
    assert _paths(roots) == [
        (str(tmp_path / "one" / "sessions"), "CODEX_HOME"),
        (str(tmp_path / "one" / "archived_sessions"), "CODEX_HOME"),
        (str(tmp_path / "two" / "sessions"), "CODEX_HOME"),
    ]


def test_a_folder_from_the_settings_may_be_a_home_or_hold_captures(tmp_path: Path) -> None:
    (tmp_path / "home" / "sessions").mkdir(parents=True)
    roots = codex_source.SOURCE.roots(places(tmp_path, None, tmp_path / "home", tmp_path / "captures"))
    assert _paths(roots)[2:] == [
        (str(tmp_path / "home" / "sessions"), "settings"),
        (str(tmp_path / "home" / "archived_sessions"), "settings"),
        (str(tmp_path / "captures"), "settings"),
    ]


def test_an_archived_log_gives_way_to_the_live_one_of_its_name(tmp_path: Path) -> None:
    live = _write(tmp_path / ".codex" / "sessions" / "2026" / "05" / "04" / "rollout-1.jsonl")
    _write(tmp_path / ".codex" / "archived_sessions" / "rollout-1.jsonl")
    other = _write(tmp_path / ".codex" / "archived_sessions" / "deep" / "rollout-2.jsonl")
    _write(tmp_path / ".codex" / "archived_sessions" / "notes.txt")
    assert logs_of(codex_source.SOURCE.roots(places(tmp_path))) == [str(live), str(other)]


@pytest.mark.parametrize(
    ("text", "environ", "route"),
    [
        ("", {}, ""),
        ("", {"OPENAI_BASE_URL": "https://ada:secret@gateway.example/v1?key=secret"}, "https://gateway.example/v1"),
        (
            'openai_base_url = "https://configured.example/v1"',
            {"OPENAI_BASE_URL": "https://gateway.example"},
            "https://configured.example/v1",
        ),
        ('model_provider = "openai"', {}, ""),
        ('model_provider = "orchard"', {"OPENAI_BASE_URL": "https://gateway.example"}, "orchard"),
        (
            'model_provider = "orchard"\n[model_providers.orchard]\nbase_url = "https://orchard.example/v1"',
            {},
            "https://orchard.example/v1",
        ),
        ('model_provider = "orchard"\n[model_providers.orchard]\nbase_url = "http://[broken"', {}, "orchard"),
        ('profile = "work"\n[profiles.work]\nmodel_provider = "orchard"', {}, "orchard"),
        ('model_provider = 5\nmodel_providers = "none"\nprofiles = []\nprofile = "work"', {}, ""),
        ("model_provider = [", {}, ""),
        ("x = 1\n" * 700_000, {}, ""),
    ],
)
def test_the_route_is_the_base_url_or_the_name_of_the_configured_provider(
    tmp_path: Path, text: str, environ: dict[str, str], route: str
) -> None:
    _write(tmp_path / ".codex" / "config.toml", text)
    where = places(tmp_path, environ)
    for root in codex_source.SOURCE.roots(where):
        assert codex_source.SOURCE.route(where, root) == route


def test_a_session_that_names_another_provider_went_there(tmp_path: Path) -> None:
    _write(
        tmp_path / "config.toml",
        'model_provider = "orchard"\n[model_providers.orchard]\nbase_url = "https://orchard.example"\n'
        '[model_providers.meadow]\nbase_url = "https://meadow.example"\n',
    )
    log = str(tmp_path / "sessions" / "2026" / "rollout.jsonl")

    def routed(provider: str) -> tuple[str, str]:
        meta = b'{"type":"session_meta","payload":{"id":"s","model_provider":"%s"}}' % provider.encode()
        (event,) = read_lines([meta, COUNT], log, 1, route="https://chosen.example").events
        return event.provider, event.route

    assert routed("orchard") == ("orchard", "https://chosen.example")
    assert routed("meadow") == ("meadow", "https://meadow.example")
    assert routed("brook") == ("brook", "brook")
    assert routed("openai") == ("openai", "")
    assert routed("") == ("openai", "https://chosen.example")


@pytest.mark.parametrize(("named", "tier"), [("fast", "fast"), ("priority", "priority"), ("flex", "flex"), ("auto", ""), ("default", "")])
def test_the_configured_tier_holds_until_the_log_names_one(tmp_path: Path, named: str, tier: str) -> None:
    _write(tmp_path / "config.toml", f'service_tier = "{named}"')
    settings = b'{"type":"event_msg","payload":{"type":"thread_settings_applied","thread_settings":{"service_tier":null}}}'
    found = read_lines([COUNT, settings, COUNT], str(tmp_path / "sessions" / "rollout.jsonl"), 1)
    assert [event.tier for event in found.events] == [tier, ""]


def test_a_changed_configuration_is_read_again(tmp_path: Path) -> None:
    log = str(tmp_path / "archived_sessions" / "rollout.jsonl")
    assert configuration_of(log) == Configuration()
    _write(tmp_path / "config.toml", 'model_provider = "one"')
    assert configuration_of(log).provider == "one"
    _write(tmp_path / "config.toml", 'model_provider = "another"')
    assert configuration_of(log).provider == "another"


def test_what_is_no_readable_file_configures_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    log = str(tmp_path / "sessions" / "rollout.jsonl")
    config.mkdir()
    assert configuration_of(log) == Configuration()
    config.rmdir()
    config.write_bytes(b'model_provider = "\xff"')
    assert configuration_of(log) == Configuration()
    config.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(config)
        assert configuration_of(log) == Configuration()
    assert configuration_of("/sessions/\0/x.jsonl") == Configuration()
    assert configuration_of("/nowhere/x.jsonl") == Configuration()
    assert codex_source.SOURCE.parser(Log("codex", "\0/sessions/x.jsonl"), None).fields()


def test_what_is_managed_beats_the_homes_own_settings_and_those_the_systems(tmp_path: Path) -> None:
    system, home = tmp_path / "system", tmp_path / ".codex"
    root, here = Root(home / "sessions", "test"), Places(tmp_path, {}, "linux", system=system)
    (system / "etc" / "codex").mkdir(parents=True)
    home.mkdir()
    gateway = '[model_providers.gate]\nbase_url = "https://{}.example/v1"\n'
    _write(system / "etc" / "codex" / "config.toml", 'model_provider = "gate"\nservice_tier = "flex"\n' + gateway.format("system"))
    assert codex_source.SOURCE.route(here, root) == "https://system.example/v1"
    _write(home / "config.toml", gateway.format("own"))
    assert codex_source.SOURCE.route(here, root) == "https://own.example/v1"
    _write(home / "config.toml", 'model_provider = "mine"\n')
    assert codex_source.SOURCE.route(here, root) == "mine"
    for folder, name in ((home, "first"), (system / "etc" / "codex", "managed")):
        _write(folder / "managed_config.toml", 'model_provider = "gate"\n' + gateway.format(name))
        assert codex_source.SOURCE.route(here, root) == f"https://{name}.example/v1"
    assert configuration_of(str(root.path), system).tier == "flex"
