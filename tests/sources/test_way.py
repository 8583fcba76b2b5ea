"""A way says where calls go, whoever of several providers is called."""

from hypothesis import given
from hypothesis import strategies as st

from tankful.sources.way import Way, way_of, written

NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn", "Cf", "Co")), min_size=1)


def test_a_provider_goes_its_own_way_and_a_nameless_one_the_usual() -> None:
    way = way_of(written("https://one.example", {"team": "https://two.example"}))
    assert [way.to(provider) for provider in ("team", "openai", "")] == ["https://two.example", "", "https://one.example"]


def test_where_nothing_is_known_of_single_providers_all_go_the_usual_way() -> None:
    assert written("https://one.example", {}) == "https://one.example"
    assert way_of("https://one.example").to("team") == "https://one.example"


def test_what_would_break_a_line_is_not_carried() -> None:
    assert way_of(written("", {"a\tb": "https://one.example", "c": "https://\n", "d": "x"})).by_provider == {"d": "x"}


@given(NAMES, st.dictionaries(NAMES, NAMES))
def test_what_is_carried_arrives(usual: str, by_provider: dict[str, str]) -> None:
    assert way_of(written(usual, by_provider)) == Way(usual, by_provider)
