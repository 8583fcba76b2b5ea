"""What an organisation says to everybody on a machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tankful.core.own_models import InHouse


@dataclass(frozen=True, slots=True)
class Policy:
    """The organisation's word; where it says something, it comes before the user's settings."""

    in_house: Mapping[str, InHouse] = field(default_factory=dict[str, InHouse])
    ask_url: str = ""
    """Where requests for more are sent."""
    ask_mail: str = ""
    """Who they are mailed to."""
