"""A value in the settings is found by its key, however the file is written."""

from pathlib import Path

import pytest

from tankful.store.setting_lines import line_of


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[sources.folders]\ncodex = ["/a"]\n', 2),
        ("[sources]\nfolders = {claude-code = [\"/a\"], \"codex\" = ['/b', '/a']}\n", 2),
        ('\ufeff[sources]\nfolders.codex = [ # "/a"\n  "/b",\n  "/\\u0061",\n]\n', 4),
        ('[routes]\n"/a" = "none"\n[aliases]\nx = "/a"\n[sources.folders]\ngoose = ["/a"]\ncodex = ["/a"]\n', 7),
        ('[sources.folders]\ncodex = ["""/a"""]\n', 2),
        ('[sources.folders]\ncodex = ["\\q", "/a"]\n', 2),
        ("", 0),
    ],
)
def test_the_line_of_a_value(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    assert line_of(path, "codex", "/a") == line


def test_a_file_that_cannot_be_read_has_no_lines(tmp_path: Path) -> None:
    assert line_of(tmp_path / "none", "codex", "/a") == 0
    (tmp_path / "broken").write_bytes(b"codex = ['/a'] # \xff")
    assert line_of(tmp_path / "broken", "codex", "/a") == 0
