import sys
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.choices import Digest, IconStyle, Period, Theme
from tankful.core.errors import SettingsUnreadable
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.settings import ROWS, Settings
from tankful.store.settings_file import SettingsFile
from tankful.store.settings_names import QUICK_NAMES
from tankful.store.settings_values import plain_of, value_of

MONEY = st.decimals(0, 10_000_000, places=9)
PRICE = st.decimals(0, 1_000_000, places=9)
PRICES = st.builds(PriceOverride, PRICE, PRICE, st.none() | PRICE, st.none() | PRICE, st.none() | PRICE)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
EVERYTHING = st.builds(
    Settings,
    poll_active_s=st.integers(30, 3600),
    poll_idle_s=st.integers(30, 3600),
    routes=st.dictionaries(WORDS, WORDS, max_size=3),
    budget_usd=MONEY,
    budget_period=st.sampled_from(list(Period)),
    budget_start_day=st.integers(1, 31),
    working_days=st.sampled_from(["12345", "", "7"]),
    icon_style=st.sampled_from(list(IconStyle)),
    theme=st.sampled_from(list(Theme)),
    timezone=WORDS,
    sources_off=st.lists(WORDS, max_size=3).map(tuple),
    folders=st.dictionaries(WORDS, st.lists(WORDS, max_size=3).map(tuple), max_size=3),
    rescan_minutes=st.integers(1, 120),
    prices=st.dictionaries(WORDS, PRICES, max_size=3),
    aliases=st.dictionaries(WORDS, WORDS, max_size=3),
    keep_events_days=st.integers(35, 3650),
    keep_sums_days=st.integers(62, 36500),
)
BY_HAND = """\
# my own words
[budget]
usd = 400.10   # agreed in March
start_day = 15

[sources]
off = ["codex"]

[prices."team/model"]
input = 3
output = "15.5"
"""


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "deep" / "settings.toml")


def written(file: SettingsFile, text: str) -> SettingsFile:
    file.path.parent.mkdir(exist_ok=True)
    file.path.write_bytes(text.encode())
    return file


def test_every_setting_has_its_place_in_the_file() -> None:
    assert list(ROWS) == [field.name for field in fields(Settings)]
    assert len({row.place for row in ROWS.values()}) == len(ROWS)


def test_what_the_status_line_reads_stands_where_the_declarations_say() -> None:
    assert {field: (ROWS[field].table, ROWS[field].key) for field in QUICK_NAMES} == QUICK_NAMES


def test_without_a_file_there_are_the_defaults(file: SettingsFile) -> None:
    assert file.read() == Settings()
    assert not file.path.exists()


def test_a_file_written_by_hand_is_understood_to_the_cent(file: SettingsFile) -> None:
    settings = written(file, BY_HAND).read()
    assert settings.budget_usd == Decimal("400.10")
    assert settings.budget_start_day == 15
    assert settings.sources_off == ("codex",)
    assert settings.prices == {"team/model": PriceOverride(Decimal(3), Decimal("15.5"))}
    assert file.stated == {"budget_usd", "budget_start_day", "sources_off", "prices"}
    assert file.unknown == ()


def test_models_of_ones_own_house_are_kept_as_they_were_said(file: SettingsFile) -> None:
    said = {"metacode-1": InHouse("MetaCode", ("claude-opus-4-5",), ("tests",)), "bare": InHouse()}
    assert file.change(in_house=said).in_house == said
    assert "docs_url" not in file.path.read_text()


def test_a_change_keeps_comments_order_and_everything_else(file: SettingsFile) -> None:
    settings = written(file, BY_HAND).change(budget_usd=Decimal(500), theme=Theme.DARK)
    assert (settings.budget_usd, settings.theme, settings.budget_start_day) == (500, Theme.DARK, 15)
    text = file.path.read_text()
    assert text.startswith("# my own words\n[budget]\n")
    assert 'usd = "500"   # agreed in March' in text
    assert text.index("[budget]") < text.index("[sources]") < text.index("[prices")


@pytest.mark.parametrize(("text", "digest"), [("false", Digest.OFF), ("true", Digest.DAILY), ('"weekly"', Digest.WEEKLY)])
def test_the_summary_that_was_a_switch_once_is_understood(file: SettingsFile, text: str, digest: Digest) -> None:
    assert written(file, f"[notices]\ndigest = {text}\n").read().digest is digest


def test_none_takes_a_setting_out(file: SettingsFile) -> None:
    written(file, BY_HAND)
    assert file.change(budget_usd=None, prices=None, theme=None) == Settings(budget_start_day=15, sources_off=("codex",))
    assert "usd" not in file.path.read_text()
    assert "prices" not in file.path.read_text()


def test_the_first_change_makes_the_file_and_says_whose_it_is(file: SettingsFile) -> None:
    assert file.change(budget_usd=Decimal("1E+2")).budget_usd == 100
    assert file.path.read_text().startswith("# Settings of Tankful")
    assert 'usd = "100"' in file.path.read_text()
    assert list(file.path.parent.iterdir()) == [file.path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_only_the_owner_reads_the_file(file: SettingsFile) -> None:
    file.change(budget_usd=Decimal(1))
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(file: SettingsFile, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("[budget]\n")
    file.path.parent.mkdir()
    file.path.symlink_to(real)
    file.change(budget_start_day=3)
    assert file.path.is_symlink()
    assert "start_day = 3" in real.read_text()


@given(wanted=EVERYTHING)
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, wanted: Settings) -> None:
    file = SettingsFile(tmp_path_factory.mktemp("settings") / "settings.toml")
    assert file.change(**{field.name: getattr(wanted, field.name) for field in fields(wanted)}) == wanted
    assert file.unknown == ()


@given(wanted=EVERYTHING)
def test_a_plain_value_becomes_the_same_value_again(wanted: Settings) -> None:
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        assert value_of(field.name, plain_of(value)) == value


def test_names_that_mean_nothing_are_told_and_harm_nothing(file: SettingsFile) -> None:
    written(file, 'color = "red"\n[budget]\nlimit = 3\nusd = 4\n[prices.a]\ninput = 1\noutput = 1\nreasoning = 2\n[weather]\nsun = 1\n')
    assert file.read().budget_usd == 4
    assert file.unknown == ("color", "weather", "budget.limit", "prices.a.reasoning")


@pytest.mark.parametrize(
    ("text", "title", "hint"),
    [
        ("[budget]\nusd = -1\n", "usd in [budget]", "from 0 to 10,000,000"),
        ("[budget]\nusd = nan\n", "usd in [budget]", "from 0"),
        ('[budget]\nusd = "Infinity"\n', "usd in [budget]", "from 0"),
        ("[budget]\nusd = true\n", "usd in [budget]", "from 0"),
        ("[budget]\nstart_day = 32\n", "start_day in [budget]", "from 1 to 31"),
        ("[budget]\nstart_day = 0\n", "start_day in [budget]", "from 1 to 31"),
        ('[budget]\nperiod = "year"\n', "period in [budget]", "month, week"),
        ('[budget]\nworking_days = "89"\n', "working_days in [budget]", "Monday"),
        ("[appearance]\ntimezone = 3\n", "timezone in [appearance]", "quotes"),
        ('[sources]\noff = "codex"\n', "off in [sources]", '["codex"]'),
        ('[sources]\nfolders = ["a"]\n', "folders in [sources]", "[sources.folders]"),
        ("[prices.a]\ninput = 1\n", "an entry in [prices]", "input, output"),
        ("[prices.a]\ninput = 1\noutput = -2\n", "an entry in [prices]", "input, output"),
        ("[prices.a]\ninput = 1\noutput = 1000001\n", "an entry in [prices]", "1,000,000"),
        ("[prices]\na = 1\n", "an entry in [prices]", "input, output"),
        ("[routes]\na = 1\n", "an entry in [routes]", "by agent or folder"),
        ("[accounts]\npoll_idle_s = 5\n", "poll_idle_s in [accounts]", "from 30 to 3,600"),
        ("budget = 400\n", "budget is not a table", "[budget]"),
        ("[budget\n", "not valid TOML", "start afresh"),
    ],
)
def test_a_bad_value_says_where_it_is_and_what_is_allowed(file: SettingsFile, text: str, title: str, hint: str) -> None:
    with pytest.raises(SettingsUnreadable) as refused:
        written(file, text).read()
    assert title in refused.value.title
    assert str(file.path) in refused.value.title
    assert hint in refused.value.hint


def test_a_broken_file_is_never_written_over(file: SettingsFile) -> None:
    written(file, "[budget\nusd = 3")
    with pytest.raises(SettingsUnreadable):
        file.change(budget_usd=Decimal(4))
    assert file.path.read_text() == "[budget\nusd = 3"


def test_a_value_that_is_not_allowed_is_never_written(file: SettingsFile) -> None:
    with pytest.raises(SettingsUnreadable):
        file.change(budget_start_day=99)
    assert not file.path.exists()


def test_text_in_another_encoding_and_a_folder_are_refused(file: SettingsFile) -> None:
    written(file, "").path.write_bytes(b"\xff\xfe[budget]")
    with pytest.raises(SettingsUnreadable, match="UTF-8"):
        file.read()
    file.path.unlink()
    file.path.mkdir()
    with pytest.raises(SettingsUnreadable, match="cannot be read"):
        file.read()


def test_a_mark_that_windows_editors_put_first_is_passed_over(file: SettingsFile) -> None:
    assert written(file, "\ufeff[budget]\r\nusd = 5\r\n").read().budget_usd == 5


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder where nothing can be made")
def test_a_folder_that_takes_nothing_is_said() -> None:
    with pytest.raises(SettingsUnreadable, match="cannot be written"):
        SettingsFile(Path("/proc/self/settings.toml")).change(budget_usd=Decimal(1))


def test_a_change_that_fails_half_way_leaves_the_file_as_it_was(file: SettingsFile) -> None:
    written(file, BY_HAND)
    with pytest.raises(UnicodeEncodeError):
        file.change(timezone="\ud800")
    assert file.path.read_text() == BY_HAND
    assert list(file.path.parent.iterdir()) == [file.path]
