"""What commands print for programs: JSON on lines that people can read, too."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest

from tankful.commands.terminal import Terminal


@pytest.mark.parametrize(
    "value",
    [
        {"rows": [{"day": "2026-11-05", "tokens": {"input": 3}, "cost_usd": None}], "none": [], "nothing": {}},
        ['a line\nbreak, \t and "quotes" \\ of José 数'],
        {"a name that is no text": "log-\udcff.jsonl"},
    ],
)
def test_json_has_two_spaces_a_level_whatever_is_in_it(value: object) -> None:
    out = StringIO()
    Terminal(StringIO(), out, StringIO(), {}, lambda: datetime(2026, 11, 5, tzinfo=UTC)).say_json(value)
    assert out.getvalue() == f"{json.dumps(value, indent=2, ensure_ascii=False)}\n"
