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
