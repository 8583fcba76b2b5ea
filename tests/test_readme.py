"""What README promises is what the program does."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest

from schemas import check
from tankful.commands.words import parser
from tankful.core.own_models import PriceOverride
from tankful.core.settings import ROWS
from tankful.present.agents_table import with_table
from tankful.sources.registry import SOURCES
from tankful.store.settings_file import SettingsFile

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = ROOT / "resources" / "guide"
PAGES = (ROOT / "README.md", *sorted(GUIDE.glob("*.md")))


def blocks(language: str, page: Path) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("name", "page"), [("usage", "README.md"), ("status", "README.md"), ("accounts", "resources/guide/programs.md")])
def test_the_json_that_is_shown_has_the_published_shape(name: str, page: str) -> None:
    (shown,) = (value for value in map(json.loads, blocks("json", ROOT / page)) if value.get("schema") == f"tankful.{name}/1")
    check(name, shown)


def test_the_settings_for_a_start_are_read(tmp_path: Path) -> None:
    (text,) = blocks("toml", ROOT / "README.md")
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text(text, encoding="utf-8")
    assert file.read().budget_usd == 400
    assert file.unknown == ()


def test_every_setting_is_shown_and_read(tmp_path: Path) -> None:
    text = (GUIDE / "settings.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(text)
    for row in ROWS.values():
        assert (row.key in tables[row.table]) if row.key else tables[row.table]
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text(text, encoding="utf-8")
    assert isinstance(file.read().prices["team/large"], PriceOverride)
    assert file.unknown == ()


def test_every_command_is_shown() -> None:
    choices = [cast("object", action.choices) for action in parser()._actions]  # argparse has no other way to tell
    (commands,) = (cast("dict[str, object]", choice) for choice in choices if isinstance(choice, dict))
    for command in commands:
        assert f"tankful {command}" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, place in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        other = page.parent / target if target else page
        assert other.exists(), target
        titles = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.MULTILINE) if place else []
        assert not place or place in {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}, place


def test_the_table_of_agents_is_what_the_sources_say() -> None:
    assert with_table(README, SOURCES) == README, "run packaging/build_agents_table.py"
    for source in SOURCES:
        assert source.where, source.id
        assert source.note, source.id
        assert source.tested, source.id


def test_a_page_without_marks_has_no_place_for_the_table() -> None:
    with pytest.raises(ValueError, match="no place"):
        with_table("# Tankful", SOURCES)
