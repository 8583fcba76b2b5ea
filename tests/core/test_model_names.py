"""When two names may mean the same model, and when they surely do not."""

import pytest

from tankful.core.model_names import are_one

ALIKE = (
    ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
    ("claude-sonnet-4-5", "claude-sonnet-4.5"),
    ("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
    ("claude-sonnet-4-5", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("claude-sonnet-4-5", "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("claude-sonnet-4-5", "vertex_ai/claude-sonnet-4-5@20250929"),
    ("claude-sonnet-4-5", "claude-sonnet-4-5[1m]"),
    ("claude-sonnet-4-5", " Claude-Sonnet-4-5 "),
    ("claude-3-7-sonnet-latest", "claude-3.7-sonnet-thought"),
    ("claude-sonnet-3-7", "claude-3-7-sonnet-20250219"),
    ("claude-sonnet-4", "claude-sonnet-4-0"),
    ("gpt-4o", "gpt-4o-2024-08-06"),
    ("gpt-5.5", "gpt-5.5-2026-09"),
    ("gpt-4", "gpt-4-0613"),
    ("gpt-4-turbo", "openrouter/openai/gpt-4-turbo-2024-04-09"),
    ("o3-mini", "o3-mini-high"),
    ("gemini-2.5-pro", "gemini-2.5-pro-preview-05-06"),
    ("gemini-1.5-pro", "gemini-1.5-pro-002"),
    ("mistral-large-latest", "mistral-large-2411"),
    ("qwen/qwen3-coder", "qwen3-coder:free"),
    ("deepseek-v3", "deepseek-v3-0324"),
    ("", ""),
)
APART = (
    ("claude-opus-4-1", "claude-sonnet-4-5"),
    ("claude-opus-4-1", "claude-opus-4-5"),
    ("claude-sonnet-4", "claude-sonnet-4-5"),
    ("gpt-5", "gpt-5-mini"),
    ("gpt-5.4", "gpt-4.5"),
    ("gpt-4", "gpt-4o"),
    ("grok-4", "grok-4-fast"),
    ("gemini-2.5-pro", "gemini-2.5-flash"),
    ("o3", "o4-mini"),
    ("mistral-medium", "mistral-small"),
    ("deepseek-v3", "deepseek-r1"),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_builds_prefixes_windows_and_efforts_are_the_same_model(one: str, other: str) -> None:
    assert are_one(one, other)
    assert are_one(other, one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_families_sizes_and_versions_are_other_models(one: str, other: str) -> None:
    assert not are_one(one, other)


def test_a_name_of_any_length_is_compared() -> None:
    assert are_one("m" * 5000, "m" * 4000)
