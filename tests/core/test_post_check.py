from datetime import UTC, datetime, timedelta

import pytest

from tankful.core.post_check import BegunSession, PostCheck, Verdict, is_meant

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SWITCHED = PostCheck("goose", "Goose", "house-coder-2", NOW - timedelta(days=1))


def begun(minutes_ago: int, **models: int) -> BegunSession:
    return BegunSession(NOW - timedelta(minutes=minutes_ago), {name.replace("_", "-"): count for name, count in models.items()})


def test_before_a_session_begins_there_is_nothing_to_say() -> None:
    assert SWITCHED.judged((), NOW) == SWITCHED
    assert SWITCHED.judged((begun(30),), NOW) == SWITCHED


def test_a_session_with_the_model_shows_it_even_among_others() -> None:
    seen = SWITCHED.judged((begun(1, small=1, house_coder_2=2),), NOW)
    assert (seen.verdict, seen.used, seen.began) == (Verdict.SHOWS, "house-coder-2", NOW - timedelta(minutes=1))


@pytest.mark.parametrize(("minutes", "calls", "verdict"), [(9, 9, Verdict.WAITING), (10, 1, Verdict.OTHER), (1, 10, Verdict.OTHER)])
def test_a_session_without_it_says_so_when_it_is_no_mere_errand(minutes: int, calls: int, verdict: Verdict) -> None:
    assert SWITCHED.judged((begun(minutes, opus=calls),), NOW).verdict is verdict


def test_the_newest_session_that_says_anything_decides() -> None:
    older, newer = begun(60, house_coder_2=3), begun(20, small=1, opus=9)
    assert SWITCHED.judged((older, newer), NOW) == SWITCHED._replace(verdict=Verdict.OTHER, used="opus", began=newer.began)
    assert SWITCHED.judged((begun(60, opus=9), begun(20, house_coder_2=1), begun(2, opus=1)), NOW).verdict is Verdict.SHOWS


def test_what_was_said_before_is_said_anew() -> None:
    other = SWITCHED.judged((begun(60, opus=1),), NOW)
    assert other.judged((), NOW) == SWITCHED


@pytest.mark.parametrize(
    ("name", "is_it"), [("openai/house-coder-2", True), ("house-coder-2-20261101", True), ("house-coder-2", True), ("house-coder", False)]
)
def test_a_model_has_several_names(name: str, *, is_it: bool) -> None:
    assert is_meant(name, "house-coder-2") is is_it
