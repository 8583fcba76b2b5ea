"""The only Qt."""

from tankful.ui.unread_sources import leave_sources_unread

leave_sources_unread()  # before the windows' own modules are imported
