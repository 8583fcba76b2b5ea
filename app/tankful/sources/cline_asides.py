"""What lies beside the messages of a task or session of Cline's family and is not in them: the folder and the models.

The shapes are those of the public sources of Cline (`ModelContextTracker`, `session-manifest`) and Roo Code
(`getEnvironmentDetails`, which writes the model into every prompt).
"""

import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

import msgspec

from tankful.sources.siblings import content_of

_HISTORY_MOST = 64_000_000
_HEAD = 2_000_000
"""The first prompt, which names the folder, is within this."""
_DETAILS = b"<environment_details>"
_MODEL = re.compile(rb"<model>\s*([^<\\\"]{1,500}?)\s*</model>")
_FOLDER = re.compile(rb"# Current Work(?:ing|space) Directory \(([^()\n]{1,4000}?)\) Files")


class Spoken(NamedTuple):
    """From when on a model was spoken to."""

    at_ms: float
    model: str
    provider: str = ""


class Asides(NamedTuple):
    """What is known of a task beside its messages; the models in the order of their times."""

    folder: str = ""
    spoken: tuple[Spoken, ...] = ()

    def at(self, until_ms: float) -> Spoken:
        """Return the model that was named last before this time; the first one, where all were named later."""
        place = bisect_right([each.at_ms for each in self.spoken], until_ms)
        if not self.spoken:
            return Spoken(0, "")
        return self.spoken[max(0, place - 1)]


def of_task(path: str) -> Asides:
    """Return what lies beside a task's `ui_messages.json`."""
    folder = PurePath(path).parent
    prompts = _history(str(folder / "api_conversation_history.json"))
    metadata = content_of(folder / "task_metadata.json")
    return Asides(prompts.folder, tuple(sorted(_tracked(metadata))) or prompts.spoken)


class Manifest(msgspec.Struct, gc=False):
    """What Cline's CLI notes of a session as a whole."""

    session_id: object = None
    provider: object = None
    model: object = None
    cwd: object = None
    workspace_root: object = None


def of_session(path: str) -> Manifest:
    """Return what lies beside the messages of a session, a sub-agent's included: its own or its root session's."""
    place = PurePath(path)
    own = place.name.removesuffix(".messages.json")
    for name in dict.fromkeys((own, place.parent.name)):
        content = content_of(place.parent / f"{name}.json")
        if content:
            try:
                return msgspec.json.decode(content, type=Manifest)
            except (ValueError, RecursionError):
                break
    return Manifest()


class _Use(msgspec.Struct, gc=False):
    ts: float = 0
    model_id: str = ""
    model_provider_id: str = ""


class _Metadata(msgspec.Struct, gc=False):
    model_usage: list[_Use] = []


def _tracked(content: bytes) -> Iterator[Spoken]:
    if not content:
        return
    try:
        metadata = msgspec.json.decode(content, type=_Metadata)
    except (ValueError, RecursionError):
        return
    yield from (Spoken(use.ts, use.model_id, use.model_provider_id) for use in metadata.model_usage if use.model_id)


class _Message(msgspec.Struct, gc=False):
    ts: object = None
    role: object = None
    content: msgspec.Raw = msgspec.Raw()


def _history(path: str) -> Asides:
    try:
        status = os.stat(path)  # noqa: PTH116 - no use for a `Path`
    except (OSError, ValueError):
        return Asides()
    return _read_history(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _read_history(path: str, _modified_ns: int, _size: int) -> Asides:
    """Read the prompts of a task once until they change: only the folder and the models are kept of them."""
    content = content_of(path, _HISTORY_MOST)
    try:
        messages = msgspec.json.decode(content, type=list[_Message])
        spoken = list(_spoken(messages))
    except (ValueError, RecursionError):
        spoken = []
    if not spoken:
        spoken = [Spoken(0, model) for model in (_model(content),) if model]
    return Asides(_folder(content[:_HEAD]), tuple(sorted(spoken)))


def _spoken(messages: list[_Message]) -> Iterator[Spoken]:
    last = ""
    for message in messages:
        if message.role == "user" and isinstance(message.ts, (int, float)):
            model = _model(bytes(message.content))
            if model and model != last:
                last = model
                yield Spoken(message.ts, model)


def _model(content: bytes) -> str:
    details = content.rfind(_DETAILS)
    found = None if details < 0 else _MODEL.search(content, details)
    return found[1].decode("utf-8", "replace") if found else ""


def _folder(content: bytes) -> str:
    found = _FOLDER.search(content)
    if found is None:
        return ""
    try:
        return msgspec.json.decode(b'"' + found[1] + b'"', type=str)
    except ValueError:
        return found[1].decode("utf-8", "replace")
