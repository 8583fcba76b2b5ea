"""Knows what keys look like, so that none is kept or written where it does not belong."""

import re

HIDDEN = "…"
_PREFIXED = (
    r"(?:sk|pk|rk|vck|vcp|gsk|xai|hf|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[a-z]|tvly|nvapi|npm|pypi|dop_v1)[-_][A-Za-z0-9_\-.]{6,}"
)
_FIXED = r"(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[A-Za-z0-9_\-]{20,}|eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-.]+"
_MIXED = r"(?=[A-Za-z0-9_\-]*[0-9])(?=[A-Za-z0-9_\-]*[A-Z])(?=[A-Za-z0-9_\-]*[a-z])[A-Za-z0-9_\-+=]{24,}"
_CERTAIN = re.compile(rf"(?<![A-Za-z0-9])(?:{_PREFIXED}|{_FIXED})")
_KEY = re.compile(rf"(?<![A-Za-z0-9])(?:{_PREFIXED}|{_FIXED}|{_MIXED})")
_NAMED = re.compile(
    r"((?:api[-_]?key|apikey|access[-_]?token|auth[-_]?token|token|secret|password|passwd|authorization|bearer|basic)\s*[=:\s]\s*)([^\s&\"',;/]+)",
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """Return a text with everything that looks like a key, or is called one, left out."""
    return _KEY.sub(HIDDEN, _NAMED.sub(rf"\1{HIDDEN}", text))


def looks_secret(text: str, *, may_hold_ids: bool = False) -> bool:
    """Say whether a text holds what looks like a key, or is called one; where ids belong, a long mixed word is none."""
    return bool(_NAMED.search(text) or (_CERTAIN if may_hold_ids else _KEY).search(text))
