"""The settings window; nothing of it is loaded before somebody opens it."""
