"""Suggestions worth making: one module per rule, all of them in `rules.RULES`."""
