"""Where agents call their providers is read out of the settings that people write."""

import os
from pathlib import Path

import pytest

from tankful.sources.provider_addresses import addresses_in

YAML = """
# baseUrl: https://nobody.example
providers:
  "company": # ours
    baseUrl: 'https://gateway.example/v1' # not the vendor's
    models:
      - id: one
        name: One
  other:
    api: x
    baseUrl: https://other.example/v1
models:
  - name: A
    provider: anthropic
    apiBase: https://gateway.example/anthropic
  - name: B
    apiBase: https://b.example
just words
"""
JSON = """{"models": [{"provider": "anthropic", "apiBase": "https://a.example"}, {"title": "x", "provider": 5},
 {"provider": "none", "model": "m"}],
 "tab": {"provider": "ollama", "apiBase": "http://127.0.0.1:11434"}, "providers": {"company": {"baseUrl": "https://g.example"},
 "none": {"baseUrl": ""}, "odd": {"baseUrl": 5}}, "base_url": "https://top.example"}"""


def test_yaml_names_addresses_below_its_keys_and_beside_its_providers(tmp_path: Path) -> None:
    (tmp_path / "models.yml").write_text(YAML)
    assert addresses_in(tmp_path / "models.yml") == {
        "company": "https://gateway.example/v1",
        "other": "https://other.example/v1",
        "anthropic": "https://gateway.example/anthropic",
        "models": "https://b.example",
    }


def test_an_address_may_stand_before_its_provider(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "models:\n- apiBase: https://a.example\n  roles:\n    - chat\n  provider: openai\n"
        "- name: B\n  apiBase: https://b.example\n  provider: ollama\ntab:\n  apiBase: https://c.example\n  apiBase: https://late.example\n"
    )
    assert addresses_in(tmp_path / "config.yaml") == {
        "openai": "https://a.example",
        "ollama": "https://b.example",
        "tab": "https://c.example",
    }


def test_json_names_them_likewise(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text(JSON)
    assert addresses_in(tmp_path / "models.json") == {
        "anthropic": "https://a.example",
        "ollama": "http://127.0.0.1:11434",
        "company": "https://g.example",
        "": "https://top.example",
    }


def test_an_earlier_file_outweighs_a_later_one_and_a_change_is_seen(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("apiBase: https://one.example\n")
    two.write_text("apiBase: https://two.example\nx:\n  apiBase: https://x.example\n")
    assert addresses_in(one, two) == {"": "https://one.example", "x": "https://x.example"}
    one.write_text("apiBase: https://three.example\n")
    os.utime(one, ns=(5, 5))
    assert addresses_in(one)[""] == "https://three.example"


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b'{"a": "\xff"}', b"[]", b"5"])
def test_what_is_no_settings_file_names_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "models.json").write_bytes(content)
    assert addresses_in(tmp_path / "models.json", tmp_path / "missing.json", Path("a\0b"), tmp_path) == {}
