"""Reads the reports of Qwen Code, which was made from Gemini CLI and kept its events under a name of its own."""

from tankful.telemetry.gemini_reports import normaliser

NORMALISER = normaliser("qwen-code", "qwen-code")
