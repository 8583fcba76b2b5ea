"""Finding logs, reading what is new in them, and noticing change."""
