"""Which row of the table a name in a log finds, and which it must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.pricing.catalogue import Catalogue
from tankful.pricing.names import NAME_MAX, tails, trims
from tankful.pricing.table import read_table
from tankful.system.paths import resource

TABLE = read_table(resource("prices.json"))
CATALOGUE = Catalogue(TABLE, {}, {"sonnet": "claude-sonnet-4-6", "loop": "loop", "team": "bedrock/claude-opus-4-6", "gpt-5": "o3"})
PLAIN = Catalogue(TABLE, {}, {})


def found(model: str, provider: str = "", catalogue: Catalogue = PLAIN) -> tuple[str, str] | None:
    row = catalogue.find(model, provider)
    return None if row is None else (row.provider, row.id)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("claude-sonnet-4-20250514", "claude-sonnet-4-0"),
        ("claude-opus-4-20250514", "claude-opus-4-0"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("claude-opus-4-1-20250805", "claude-opus-4-1"),
        ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
        ("claude-3-7-sonnet-latest", "claude-3-7-sonnet-latest"),
        ("claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5-latest", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("claude-opus-4-6", "claude-opus-4-6"),
        ("claude-opus-4-6@default", "claude-opus-4-6"),
        ("claude-opus-4-6[1m]", "claude-opus-4-6"),
        ("Claude-Opus-4-6 ", "claude-opus-4-6"),
        ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("anthropic/claude-fable-5.1", "claude-fable-5-1"),
        ("generic-copilot/litellm/anthropic/claude-4.5-sonnet", "claude-sonnet-4-5"),
    ],
)
def test_claude_is_found_under_every_name_in_use(name: str, row: str) -> None:
    assert found(name) == ("anthropic", row)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("gpt-5-codex", "gpt-5"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("gpt-5.1-codex-max", "gpt-5.1"),
        ("gpt-5.2-codex", "gpt-5.2"),
        ("gpt-5.2-20251211", "gpt-5.2"),
        ("gpt-5.3-codex", "gpt-5.3-codex"),
        ("openai/gpt-5.5", "gpt-5.5"),
        ("codex-mini-latest", "codex-mini"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
    ],
)
def test_the_models_of_codex_are_found_under_every_name_in_use(name: str, row: str) -> None:
    assert found(name) == ("openai", row)


@pytest.mark.parametrize(
    ("name", "provider", "row"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "", ("aws", "regional.anthropic.claude-sonnet-4-5-20250929-v1:0")),
        ("bedrock/global.anthropic.claude-opus-4-6-v1", "", ("aws", "global.anthropic.claude-opus-4-6-v1:0")),
        ("us.anthropic.claude-opus-4-6-v1", "anthropic", ("aws", "regional.anthropic.claude-opus-4-6-v1:0")),
        ("sa.anthropic.claude-opus-4-6-v1", "anthropic", ("aws", "regional.anthropic.claude-opus-4-6-v1:0")),
        ("@cf/google/gemma-4-26b-a4b-it", "", ("cloudflare", "@cf/google/gemma-4-26b-a4b-it")),
        ("glm-4.7", "", ("zai", "GLM-4.7")),
        ("glm-4.7", "zhipuai", ("zhipuai", "GLM-4.7")),
        ("claude-opus-4-6", "amazon-bedrock", ("aws", "regional.anthropic.claude-opus-4-6-v1:0")),
        ("vertex_ai/claude-opus-4-5@20251101", "", ("google", "claude-opus-4-5")),
        ("openrouter/anthropic/claude-sonnet-4.5", "", ("openrouter", "anthropic/claude-sonnet-4.5")),
        ("anthropic/claude-sonnet-4.5", "OpenRouter", ("openrouter", "anthropic/claude-sonnet-4.5")),
        ("gpt-4.1", "github-copilot", ("github-copilot", "gpt-4.1")),
        ("gpt-5", "azure", ("openai", "gpt-5")),
        ("claude-opus-4-6", "our-own-gateway", ("anthropic", "claude-opus-4-6")),
        ("claude-opus-4-6", "anthropic", ("anthropic", "claude-opus-4-6")),
    ],
)
def test_a_provider_that_the_log_names_comes_first_and_the_vendor_second(name: str, provider: str, row: tuple[str, str]) -> None:
    assert found(name, provider) == row


@pytest.mark.parametrize(
    "name",
    [
        *("claude-opus-9", "claude-opus-4-10", "claude-opus-4-60", "claude-sonnet-6", "claude-sonnet-4-5-turbo", "claude", "claude-opus"),
        *("gpt-6-new", "gpt-6", "gpt-5.9", "gpt-50", "gpt-5-ultra", "openai/gpt-7", "gpt-5.6-codex", "codex-auto"),
        *("claude-opus-4-20251399", "claude-opus-4-6-19990101", "<synthetic>", "gpt-oss-20b", "llama3", "my-claude-opus-4-6"),
        *(
            "",
            " ",
            "/",
            "//",
            "a/",
            "/gpt-7",
            ".",
            "anthropic.",
            "us.anthropic.claude-opus-9-v1:0",
            "-v1",
            "[1m]",
            "@latest",
            "\x00",
            "\ud800",
        ),
        *("claude-opus-4-6" * 1000, "/" * 100_000, "a/" * 99 + "gpt-5x", "gpt-5" + "-2025-08-07" * 15),
    ],
)
def test_an_unknown_name_finds_nothing_however_much_it_looks_like_a_known_one(name: str) -> None:
    assert found(name) is None


@pytest.mark.parametrize(("name", "provider"), [("deepseek-chat", "ollama"), ("ollama/deepseek-chat", ""), ("gpt-5", "LMStudio")])
def test_a_model_on_the_own_machine_has_no_list_price(name: str, provider: str) -> None:
    assert found(name, provider) is None


def test_every_row_is_found_by_its_own_id_and_by_each_alias_where_its_provider_is_named() -> None:
    for row in TABLE.rows:
        for name in (row.id, *row.aliases):
            assert PLAIN.find(name, row.provider) is row, (row.provider, name)


def test_every_vendors_own_row_is_found_without_a_provider() -> None:
    for row in TABLE.rows:
        if row.bare:
            for name in (row.id, *row.aliases):
                assert PLAIN.find(name) is row, (row.provider, name)


def test_no_resellers_row_is_ever_found_by_a_name_that_does_not_say_so() -> None:
    for row in TABLE.rows:
        for name in (row.id, *row.aliases):
            other = PLAIN.find(name)
            said = {TABLE.names.get(segment) for taken, _ in tails(name) for segment in taken}
            assert other is None or other.bare or other.provider in said, (row.provider, name, other.provider)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("claude-opus-4-5-thinking", ("anthropic", "claude-opus-4-5")),
        ("claude-sonnet-4-5-20250929-thinking-high", ("anthropic", "claude-sonnet-4-5")),
        ("gpt-5-high", ("openai", "gpt-5")),
        ("openai/gpt-5.2-codex-xhigh", ("openai", "gpt-5.2")),
        ("google/gemini-2.5-pro-low", ("google", "gemini-2.5-pro")),
        ("claude-opus-9-thinking", None),
        ("my-gpt-5-high", None),
        ("mistral-medium-thinking", None),
    ],
)
def test_how_hard_a_model_is_to_think_makes_no_other_price(name: str, row: tuple[str, str] | None) -> None:
    assert found(name) == row


@pytest.mark.parametrize(
    ("name", "provider", "row"),
    [
        ("gemini-3-pro-high", "", ("google", "gemini-3-pro-preview")),
        ("gemini-3-pro-low", "google", ("google", "gemini-3-pro-preview")),
        ("vertex_ai/gemini-3-pro", "", ("google", "gemini-3-pro-preview")),
        ("google/gemini-3.1-pro", "openrouter", ("openrouter", "google/gemini-3.1-pro-preview")),
        ("gemini-2.5-pro-high", "", ("google", "gemini-2.5-pro")),
        ("gemini-9-pro-high", "", None),
        ("gemini-3-pro-max", "", None),
        ("my-gemini-3-pro", "", None),
    ],
)
def test_a_model_of_googles_that_is_listed_as_a_preview_alone_is_known_without_the_word(
    name: str, provider: str, row: tuple[str, str] | None
) -> None:
    assert found(name, provider) == row


def test_a_longer_name_is_another_model() -> None:
    names = {name for row in TABLE.rows for name in (row.id.lower(), *row.aliases)}
    for row in TABLE.rows:
        for ending in ("9", "-new", "-ultra", ".9", "-9"):
            assert row.id.lower() + ending in names or PLAIN.find(row.id + ending) is None, row.id + ending


def test_an_alias_of_the_user_stands_for_what_it_says_once() -> None:
    assert found("Sonnet", "", CATALOGUE) == ("anthropic", "claude-sonnet-4-6")
    assert found("team", "", CATALOGUE) == ("aws", "regional.anthropic.claude-opus-4-6-v1:0")
    assert found("gpt-5", "", CATALOGUE) == ("openai", "o3")
    assert found("loop", "", CATALOGUE) is None


@given(st.text(alphabet="abc/.-@[]0124:vm", max_size=NAME_MAX + 5), st.text(max_size=20))
def test_no_name_makes_a_lookup_fail(name: str, provider: str) -> None:
    PLAIN.find(name, provider)
    PLAIN.override(name)


def test_only_builds_are_trimmed_from_a_name() -> None:
    assert trims("claude-opus-4-6-20260205[1m]") == ("claude-opus-4-6-20260205[1m]", "claude-opus-4-6-20260205", "claude-opus-4-6")
    assert trims("gemini-2.5-pro-preview-05-06")[-1] == "gemini-2.5-pro"
    assert trims("deepseek-v3") == ("deepseek-v3",)
