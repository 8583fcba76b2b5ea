"""Where a request for more goes."""

from pathlib import Path

from tankful.core.settings import Settings
from tankful.engine.addressees import addressed

OWN = Settings(ask_for_more_url="https://mine.example.com", ask_for_more_mail="me@example.com")


def policy(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text)
    path.chmod(0o644)
    return path


def test_without_a_policy_the_users_own_addresses_hold(tmp_path: Path) -> None:
    assert addressed(OWN, tmp_path / "policy.toml") == OWN
    assert addressed(OWN, policy(tmp_path, "[budget")) == OWN


def test_what_a_policy_names_comes_first_and_what_it_does_not_stays(tmp_path: Path) -> None:
    said = addressed(OWN, policy(tmp_path, '[budget]\nask_url = "https://budget.example.com/requests"\n'))
    assert (said.ask_for_more_url, said.ask_for_more_mail) == ("https://budget.example.com/requests", "me@example.com")
