"""Where each setting stands in the settings file: the one place that ties a field to its table and key."""

NAMES: dict[str, tuple[str, str]] = {
    "budget_usd": ("budget", "usd"),
    "budget_period": ("budget", "period"),
    "budget_start_day": ("budget", "start_day"),
    "working_days": ("budget", "working_days"),
    "icon_style": ("appearance", "icon"),
    "theme": ("appearance", "theme"),
    "timezone": ("appearance", "timezone"),
    "sources_off": ("sources", "off"),
    "folders": ("sources", "folders"),
    "rescan_minutes": ("sources", "rescan_minutes"),
    "prices": ("prices", ""),
    "aliases": ("aliases", ""),
    "keep_events_days": ("privacy", "keep_events_days"),
    "keep_sums_days": ("privacy", "keep_sums_days"),
}
"""By field of `Settings`: table and key; an empty key means that the table itself is the value, model by model."""
