"""Reads the reports of Gemini CLI, as its telemetry page describes them."""

from tankful.telemetry.gemini_reports import normaliser

NORMALISER = normaliser("gemini-cli", "gemini_cli")
