"""What Claude Code tells the status line of its limits is kept as percent and end, whatever sessions tell it in whatever order."""

import json
import stat
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.store.agent_limits import NAME, Window, keep_limits, together, windows_told

NOW_S = 1_795_341_600
END_S = NOW_S + 7200


def said(used: object, end: object = END_S, name: str = "five_hour") -> dict[str, Any]:
    return {name: {"used_percentage": used, "resets_at": end}}


def kept(folder: Path) -> Any:
    return json.loads((folder / NAME).read_bytes())


def test_percent_and_end_are_kept_and_nothing_else(tmp_path: Path) -> None:
    keep_limits(str(tmp_path / "state"), said(Decimal("23.5")) | {"account": "robin"}, NOW_S)
    assert kept(tmp_path / "state") == {"at": NOW_S, "windows": {"five_hour": [23.5, END_S]}}
    assert [path.name for path in (tmp_path / "state").iterdir()] == [NAME]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    keep_limits(str(tmp_path), said(1), NOW_S)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        "no",
        {},
        {"five_hour": None},
        said("23"),
        said(-1),
        said(10**9),
        said(True),
        said(float("nan")),
        said(Decimal("NaN")),
        said(1, None),
        said(1, 0),
        said(1, 10**12),
        said(1, name="Five Hours"),
        said(1, name="x" * 41),
    ],
)
def test_what_is_no_limit_writes_nothing(tmp_path: Path, nonsense: object) -> None:
    keep_limits(str(tmp_path), nonsense, NOW_S)
    assert list(tmp_path.iterdir()) == []


def test_no_more_than_a_dozen_windows_are_taken() -> None:
    assert len(windows_told({f"w{number}": {"used_percentage": 1, "resets_at": END_S} for number in range(50)})) == 12


@pytest.mark.parametrize(
    ("before", "told", "held"),
    [
        ((10, END_S), (20, END_S), (20, END_S)),
        ((20, END_S), (10, END_S), (20, END_S)),
        ((20, END_S), (10, END_S + 5), (20, END_S + 5)),
        ((20, END_S), (30, END_S - 5), (30, END_S)),
        ((90, END_S), (1, END_S + 18_000), (1, END_S + 18_000)),
        ((1, END_S + 18_000), (90, END_S), (1, END_S + 18_000)),
    ],
)
def test_within_a_window_use_only_grows_and_a_later_window_takes_its_place(before: Window, told: Window, held: Window) -> None:
    assert together({"five_hour": before}, {"five_hour": told}) == {"five_hour": held}


_TOLD = st.dictionaries(
    st.sampled_from(["five_hour", "seven_day"]), st.tuples(st.integers(0, 100), st.sampled_from([END_S, END_S + 18_000]))
)


@given(st.lists(_TOLD, max_size=6).flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_order_in_which_sessions_tell_does_not_matter(orders: tuple[list[Mapping[str, Window]], list[Mapping[str, Window]]]) -> None:
    ends: list[dict[str, Window]] = []
    for order in orders:
        held: dict[str, Window] = {}
        for told in order:
            held = together(held, told)
        ends.append(held)
    assert ends[0] == ends[1]


def test_what_says_nothing_new_is_written_once_a_minute(tmp_path: Path) -> None:
    for at_s in (NOW_S, NOW_S + 59):
        keep_limits(str(tmp_path), said(5), at_s)
    assert kept(tmp_path)["at"] == NOW_S
    keep_limits(str(tmp_path), said(5), NOW_S + 60)
    assert kept(tmp_path)["at"] == NOW_S + 60
    keep_limits(str(tmp_path), said(6), NOW_S + 61)
    assert kept(tmp_path) == {"at": NOW_S + 61, "windows": {"five_hour": [6.0, END_S]}}
    keep_limits(str(tmp_path), said(6), NOW_S - 3600)
    assert kept(tmp_path)["at"] == NOW_S - 3600


@pytest.mark.parametrize(
    "damage", [b"", b"no", b"[1]", b'{"at": "x", "windows": {"five_hour": [1]}}', b'{"windows": {"five_hour": 5}}', b'{"at": "x"}']
)
def test_a_damaged_file_is_written_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / NAME).write_bytes(damage)
    keep_limits(str(tmp_path), said(5), NOW_S)
    assert kept(tmp_path) == {"at": NOW_S, "windows": {"five_hour": [5.0, END_S]}}


def test_what_cannot_be_put_in_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(OSError, match=NAME):
        keep_limits(str(tmp_path), said(5), NOW_S)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert not list((tmp_path / NAME).iterdir())
