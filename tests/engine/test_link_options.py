"""No key is kept in the plain file of accounts by way of an option."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linking_rig import Desk, opened_desk
from tankful.core.links import Method
from tankful.engine.link_options import SecretInOption, without_secrets

CANARY = "sk-canary-4711"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as desk:
        yield desk


@pytest.mark.parametrize(
    "option",
    [
        {"path": f"/v1/budget?api_key={CANARY}"},
        {"path": "/budget?token=abc"},
        {"header": CANARY},
        {"prefix": CANARY},
        {"prefix": "Bearer abc"},
        {"api_key": "short"},
        {CANARY: "1"},
        {"team": CANARY},
    ],
)
def test_an_option_with_a_key_in_it_is_refused_before_anybody_is_asked_and_not_quoted(desk: Desk, option: dict[str, str]) -> None:
    for link in (lambda: desk.link_with_key(options=option), lambda: desk.sign_in(Method.FILE, options=option)):
        with pytest.raises(SecretInOption) as refused:
            link()
        assert CANARY not in f"{refused.value.title} {refused.value.hint}"
        assert "keyring" in refused.value.hint
    assert [seen.path for seen in desk.server.requests if seen.path == "/me"] == []
    assert desk.links == ()
    assert desk.ring.kept == {}


def test_what_options_are_for_is_kept() -> None:
    options = {
        "path": "/v1/users/0f3c2b6e-7d1a-4c52-9a50-2f6b8a1d9e10?currency=usd",
        "header": "X-AnyLLM-Key",
        "prefix": "Bearer",
        "spent": "/data/tokens_used",
        "team": "team_nLlpyC6REAqxydlFKbrMDlud",
        "file": "/made/aB3dE5gH7jK9mN1pQ3sT5vW7x/auth.json",
    }
    assert without_secrets(options) == options
    assert without_secrets(None) == {}
