"""The zone in which days begin, however a machine says it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzlocal

from tankful.core.errors import WrongWords
from tankful.system.zone import own_zone, zone_named

NOWHERE = "/nowhere/localtime"
WINTER = datetime(2026, 1, 15, tzinfo=UTC)


def test_a_zone_is_known_by_its_name() -> None:
    assert zone_named("UTC") is UTC
    assert zone_named("Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "\0"])
def test_a_name_that_no_zone_has_is_refused(name: str) -> None:
    with pytest.raises(WrongWords):
        zone_named(name)


@pytest.mark.parametrize("variable", ["Asia/Tokyo", ":Asia/Tokyo"])
def test_the_environment_names_the_zone_before_the_system_does(variable: str, tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert own_zone(variable, str(link)) == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        ("CET-1CEST", 1, 2),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 1, 2),
        ("EST5EDT4,M3.2.0/2,M11.1.0/2", -5, -4),
        ("JST-9", 9, 9),
        ("<+0530>-5:30", 5.5, 5.5),
        (":UTC0", 0, 0),
    ],
)
def test_a_zone_may_be_spelled_out_as_c_libraries_read_it(text: str, winter: float, summer: float) -> None:
    zone = own_zone(text, NOWHERE)
    offsets = [moment.astimezone(zone).utcoffset() for moment in (WINTER, WINTER.replace(month=7))]
    assert offsets == [timedelta(hours=winter), timedelta(hours=summer)]
    assert str(zone) == text.removeprefix(":")
    assert zone_named(str(zone)).utcoffset(datetime(2026, 7, 1)) == timedelta(hours=summer)  # noqa: DTZ001 - a wall clock's time


def test_summer_begins_when_its_rule_says_and_else_when_c_libraries_think() -> None:
    day = datetime(2026, 3, 20, 12, tzinfo=UTC)
    assert day.astimezone(own_zone("CET-1CEST,M3.5.0,M10.5.0/3")).utcoffset() == timedelta(hours=1)
    assert day.astimezone(own_zone("CET-1CEST")).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("text", ["CET-1CEST,nonsense", "CET-99999", "CET-1:::"])
def test_a_zone_that_is_spelled_out_wrongly_is_none(text: str) -> None:
    with pytest.raises(WrongWords):
        zone_named(text)
    assert own_zone(text, NOWHERE) is not None


@pytest.mark.parametrize("target", ["/usr/share/zoneinfo/Europe/Berlin", "../var/db/timezone/zoneinfo/Europe/Berlin"])
def test_the_system_links_to_its_zone(target: str, tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(target)
    assert own_zone("", str(link)) == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("target", ["/usr/share/zoneinfo/No/Where", "/usr/share/zoneinfo/", "elsewhere"])
def test_a_link_that_says_nothing_leaves_it_to_a_search(target: str, tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(target)
    assert own_zone("", str(link)) == tzlocal.get_localzone()
    assert own_zone("", NOWHERE) == tzlocal.get_localzone()


def test_the_own_zone_has_days() -> None:
    assert abs(WINTER.astimezone(zone_named("")).utcoffset() or timedelta()) < timedelta(days=1)
