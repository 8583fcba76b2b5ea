"""In words whether an agent uses the model that it was given."""

from datetime import tzinfo

from tankful.core.post_check import PostCheck, Verdict
from tankful.present import format as words
from tankful.present.exact import instant_or_none


def check_title(check: PostCheck) -> str:
    """Return the news in a few words; empty while there is none."""
    if check.verdict is Verdict.WAITING:
        return ""
    if check.verdict is Verdict.SHOWS:
        return f"{check.title}: switched to {check.model}, and it shows"
    return f"{check.title}: the next session still used {check.used}"


def check_text(check: PostCheck, zone: tzinfo, undo: str) -> str:
    """Return what the sessions since a switch say, why that may be, and what takes it back."""
    if check.began is None:
        return "No session began since then, so it cannot show yet."
    when = f"{words.day(check.began.astimezone(zone).date())}, {words.clock(check.began, zone)}"
    if check.verdict is Verdict.SHOWS:
        return f"It shows: the session of {when} used {check.used}."
    also = f", and so do {' and '.join(check.beaten_by)} where they are set" if check.beaten_by else ""
    may_be = f"A model chosen in the session, on its command line or in the project's own settings comes before this file{also}"
    return f"It does not show: the session of {when} used {check.used}. {may_be}. {undo} takes it back."


def check_json(check: PostCheck | None) -> dict[str, object] | None:
    """Return it for programs."""
    if check is None:
        return None
    return {"verdict": check.verdict.value, "used": check.used or None, "session_at": instant_or_none(check.began)}
