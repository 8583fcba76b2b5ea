"""Writes the table of agents into README from what the sources say of themselves; `--check` says whether it is up to date."""

import sys
from pathlib import Path

from tankful.present.agents_table import with_table
from tankful.sources.registry import SOURCES

_PAGE = Path(__file__).parent.parent / "README.md"


def main(words: list[str]) -> int:
    """Write the page, or compare it; return the exit code."""
    old = _PAGE.read_text(encoding="utf-8")
    new = with_table(old, SOURCES)
    if "--check" not in words:
        _PAGE.write_text(new, encoding="utf-8")
        return 0
    if old == new:
        return 0
    print(f"{_PAGE.name} is out of date: run packaging/build_agents_table.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
