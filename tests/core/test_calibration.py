from hypothesis import given
from hypothesis import strategies as st

from tankful.core.calibration import LEAST, LEAST_PERIODS, Foretold, calibration


def test_what_was_said_is_held_against_what_happened() -> None:
    likely = [Foretold(0.7, ran_out=n < 68, in_band=n % 5 > 0, period=f"{n % 3}") for n in range(100)]
    said = [*likely, *([Foretold(0.05, ran_out=False, in_band=True)] * 20)]
    score = calibration(said)
    calm, act = score.groups
    assert (round(calm.said, 2), calm.happened, calm.forecasts) == (0.05, 0, 20)
    assert (round(act.said, 2), act.happened, act.forecasts) == (0.7, 0.68, 100)
    assert score.covered == 100 / 120
    assert score.is_telling


def test_few_forecasts_say_nothing_yet() -> None:
    periods = [Foretold(0.5, ran_out=True, in_band=True, period=f"{n}") for n in range(LEAST_PERIODS)]
    assert calibration(periods * LEAST).is_telling
    assert not calibration((periods * LEAST)[: LEAST - 1]).is_telling
    assert not calibration(periods[1:] * LEAST).is_telling
    assert calibration([]) == ((), 0.0, 0, 0)


@given(st.lists(st.builds(Foretold, st.floats(0, 1), st.booleans(), st.booleans())))
def test_every_forecast_is_in_one_group(known: list[Foretold]) -> None:
    score = calibration(known)
    assert sum(group.forecasts for group in score.groups) == score.forecasts == len(known)
    assert all(0 <= group.happened <= 1 for group in score.groups)
