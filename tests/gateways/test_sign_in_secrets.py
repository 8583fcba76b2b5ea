"""Nothing that a sign-in learns shows where values are shown."""

from datetime import UTC, datetime

import pytest

from tankful.gateways.grants import Grant
from tankful.gateways.litellm_polling import Login, Polled
from tankful.gateways.oauth_device import Begun
from tankful.gateways.oauth_tokens import Tokens


@pytest.mark.parametrize(
    "value",
    [
        Tokens("sk-seen", "Bearer", 60, "sk-seen"),
        Begun("sk-seen", "sk-seen", "sk-seen"),
        Login("sk-seen", "sk-seen", "sk-seen"),
        Polled("ready", key="sk-seen"),
        Grant("sk-seen", datetime(2026, 11, 22, tzinfo=UTC), "sk-seen"),
    ],
)
def test_a_value_with_secrets_shows_none(value: object) -> None:
    assert "sk-seen" not in f"{value!r}{value}{[value]}"
