"""Everything the engine can be told, as a closed union of immutable messages."""

from dataclasses import dataclass

from tankful.core.settings import Settings


@dataclass(frozen=True, slots=True)
class RefreshAsked:
    """Somebody wants fresh numbers now: look at every log again."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The user wants something else from now on."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class LogsTouched:
    """These files may hold new lines; an empty tuple: look everywhere."""

    paths: tuple[str, ...]


Message = RefreshAsked | SettingsChanged | LogsTouched
