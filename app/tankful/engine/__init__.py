"""The one owner of all state."""
