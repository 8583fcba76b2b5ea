"""The shipped table is what its script writes."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tankful.pricing.table import read_table
from tankful.system.paths import resource

ROOT = Path(__file__).parents[2]
TABLE = read_table(resource("prices.json"))


@pytest.mark.skipif(TABLE.source != f"genai-prices {version('genai-prices')}", reason="the table was built from another genai-prices")
def test_the_shipped_table_is_what_the_script_writes_today() -> None:
    script = [sys.executable, str(ROOT / "packaging" / "build_prices.py"), "--check"]
    ran = subprocess.run(script, capture_output=True, text=True, check=False, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_every_model_is_one_line_so_that_a_change_is_a_small_difference() -> None:
    lines = resource("prices.json").read_text("utf-8").splitlines()
    assert sum(line.startswith('{"id":') for line in lines) == len(TABLE.rows)


def test_prices_are_written_as_decimals_that_never_passed_through_floats() -> None:
    for row in TABLE.rows:
        for stage in (*row.standard(), *row.at_tier("batch")):
            assert stage.bands[0].over == 0
            assert [band.over for band in stage.bands] == sorted({band.over for band in stage.bands})


def test_the_first_price_of_every_model_always_holds() -> None:
    for row in TABLE.rows:
        first = row.standard()[0]
        assert (first.since, first.daily) == (None, None)


def test_no_two_models_of_a_provider_share_a_name() -> None:
    seen = [(row.provider, name) for row in TABLE.rows for name in {row.id.lower(), *row.aliases}]
    assert len(seen) == len(set(seen))
