"""Writes the page of the settings, `resources/guide/settings.md`, from their declarations; `--check` says whether it is up to date."""

import sys
from pathlib import Path

from tankful.present.settings_table import settings_page

_PAGE = Path(__file__).parent.parent / "resources" / "guide" / "settings.md"


def main(words: list[str]) -> int:
    """Write the page, or compare it; return the exit code."""
    page = settings_page()
    if "--check" not in words:
        _PAGE.write_text(page, encoding="utf-8")
        return 0
    if _PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{_PAGE} is out of date: run packaging/build_settings_page.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
