"""Says where a request for more goes: where the organisation's policy says, else where the user's settings do."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tankful.core.errors import PolicyUnreadable
from tankful.core.settings import Settings
from tankful.store.policy_file import PolicyFile


def addressed(settings: Settings, policy: Path) -> Settings:
    """Return settings with the addresses that a policy names; one that cannot be read names none, and `doctor` says why."""
    with suppress(PolicyUnreadable):
        said = PolicyFile(policy).read()
        return replace(
            settings,
            ask_for_more_url=said.ask_url or settings.ask_for_more_url,
            ask_for_more_mail=said.ask_mail or settings.ask_for_more_mail,
        )
    return settings
