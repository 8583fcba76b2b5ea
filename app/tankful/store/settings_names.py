"""Where the settings that a status line needs stand in the file, without loading the declarations that it has no time for."""

QUICK_NAMES: dict[str, tuple[str, str]] = {
    "budget_usd": ("budget", "usd"),
    "budget_period": ("budget", "period"),
    "budget_start_day": ("budget", "start_day"),
    "working_days": ("budget", "working_days"),
    "timezone": ("appearance", "timezone"),
}
"""Table and key by field of `Settings`; a test holds them against the declarations."""
