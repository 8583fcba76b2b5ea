"""Why the configuration of an agent is left alone."""

from tankful.core.errors import TankfulError


class NotSwitched(TankfulError):
    """A configuration was not changed: it is managed, cannot be understood or written, or was changed meanwhile."""
