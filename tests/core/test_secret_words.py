"""What looks like a key is known; what people write in paths and pointers is not taken for one."""

import pytest

from tankful.core.secret_words import looks_secret, redacted


@pytest.mark.parametrize(
    "text",
    [
        "sk-canary-4711",
        "/v1/budget/sk-1234567890",
        "/budget?api_key=abc",
        "/budget?x=1&token=a1",
        "Bearer abcdef",
        "ghp_abcdefghij",
        "github_pat_11ABCDEFG",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
        "/me/aB3dE5gH7jK9mN1pQ3sT5vW7x",
        "password: hunter2",
    ],
)
def test_keys_are_known(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "/v1/me/budget?currency=usd",
        "/data/tokens_used",
        "/key/info",
        "/secrets/spend",
        "/users/0f3c2b6e-7d1a-4c52-9a50-2f6b8a1d9e10",
        "Bearer",
        "X-AnyLLM-Key",
        "Authorization",
        "you in the platform team",
        "/home/ada/.claude/.credentials.json",
        "/budgets/team-platform-engineering-2026-q4",
        "500000",
        "",
    ],
)
def test_what_is_no_key_is_left_alone(text: str) -> None:
    assert not looks_secret(text)


def test_where_ids_belong_a_long_mixed_word_is_none() -> None:
    team = "team_nLlpyC6REAqxydlFKbrMDlud"
    assert looks_secret(team)
    assert not looks_secret(team, may_hold_ids=True)
    assert looks_secret("sk-canary-4711", may_hold_ids=True)


def test_only_the_key_is_left_out() -> None:
    assert redacted("asked /me?token=abc with sk-canary-4711.") == "asked /me?token=… with …"
