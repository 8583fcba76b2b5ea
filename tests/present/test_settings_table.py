"""The page of the settings is what the declarations say."""

from pathlib import Path

from tankful.core.settings import ROWS
from tankful.present.settings_table import settings_page

PAGE = Path(__file__).parent.parent.parent / "resources" / "guide" / "settings.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run packaging/build_settings_page.py"


def test_every_setting_has_its_line_with_help_and_default() -> None:
    lines = settings_page().splitlines()
    for row in ROWS.values():
        (line,) = (line for line in lines if line.startswith(f"| `[{row.table}]` `{row.key}` |" if row.key else f"| `[{row.table}]` |"))
        assert row.help in line
        assert row.label in line
        assert len(line.split(" | ")) == 5
