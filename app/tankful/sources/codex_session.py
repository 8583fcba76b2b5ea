"""What a Codex log has said so far of its session: whose it is, what holds for the next request, how far the totals run."""

import re
from functools import lru_cache

import msgspec
from msgspec import field

from tankful.core.usage import UsageEvent
from tankful.sources.codex_counts import Counts
from tankful.sources.codex_lines import Payload, text_of, within
from tankful.sources.identity import key_of

_FAMILY_MAX = 32
"""Nobody forks a fork of a fork that often; each member costs a key per event."""
_UNIQUE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A turn's id of today; earlier ones only number the turns of a session."""
_SECOND = len("2026-05-12T08:03:00")


class Session(msgspec.Struct):
    """The state of one log's parser: empty at the log's first line."""

    met: bool = False
    """The log has said whose it is."""
    id: str = ""
    family: list[str] = field(default_factory=list[str])
    """Ids under which these requests may stand in other logs: this session's first, the oldest ancestor's last."""
    sub_agent: bool = False
    replayed: list[str] = field(default_factory=list[str])
    """Seconds in which a sub-agent's log repeats its parent's counts."""
    folder: str = ""
    turn_folder: str = ""
    """Of the latest turn, for a session that names none."""
    turn: str = ""
    """Id of the latest turn, if no other session's turn has the same: forks copy it with the turn."""
    provider: str = ""
    model: str = ""
    tier: str = ""
    chain: int = 0
    """One number for the place in the sequence of counts: copies of a log, and of its later part, have the same one there."""
    before: Counts | None = None
    """The running total."""
    latest: UsageEvent | None = None
    """What the last count added."""
    record: UsageEvent | None = None
    """What the last record told of a response whose count has not come."""
    record_told: bool = False
    """It is among the events already."""
    prompts: int = 0
    """Since the last count."""
    nameless: list[UsageEvent] = field(default_factory=list[UsageEvent])
    """Events whose model is named only later."""
    bad_time: bool = False
    """A time that cannot be was blamed already."""
    thread: str = ""
    """The session of a captured stream."""
    streamed: Counts | None = None
    """The running total of a captured stream."""

    @property
    def project(self) -> str:
        """The working directory, empty when unknown."""
        return self.folder or self.turn_folder

    def meet(self, payload: Payload, stamp: str) -> None:
        """Note whose log this is, or whose requests are copied into it: the sessions named after the first are ancestors."""
        session, forked = text_of(payload.id) or text_of(payload.session_id), text_of(payload.forked_from_id)
        spawned = text_of(within(payload.source, "subagent", "thread_spawn", "parent_thread_id"))
        if not self.met:
            self.met = True
            self.id = session
            self.folder = text_of(payload.cwd)
            self.provider = text_of(payload.model_provider)
            self.sub_agent = within(payload.source, "subagent") is not None
            if spawned and not forked:
                self.replayed = [second for second in (stamp[:_SECOND], text_of(payload.timestamp)[:_SECOND]) if second]
        for member in (session, forked, text_of(payload.parent_thread_id), spawned):
            if member and member not in self.family and len(self.family) < _FAMILY_MAX:
                self.family.append(member)

    def take_turn(self, turn: str, folder: str) -> None:
        """Note which turn the requests that follow belong to, and where it works."""
        self.turn = turn if _UNIQUE.fullmatch(turn) else ""
        self.turn_folder = folder or self.turn_folder

    def advance(self, stamp: str, total: str, last: str) -> None:
        """Take another count into the sequence; its time too where nothing else tells one session from another.

        A total that is more than the last request tells by itself how far a session has come, however much was copied of
        what led there. Any other count is known by those before it.
        """
        if not self.family:
            self.chain = key_of(str(self.chain), stamp, total, last)
        elif total and last and total != last:
            self.chain = key_of(total, last)
        else:
            self.chain = key_of(str(self.chain), total, last)
        self.prompts = 0

    def repeats_parent(self, stamp: str) -> bool:
        """Say whether a count of this time without its last request is a copy of the parent's, at the start of a sub-agent's log.

        A copy that has its last request too is known by its place, and may be all that is left of the parent's log.
        """
        return stamp[:_SECOND] in self.replayed

    def keys(self, stamp: str, total: str, last: str) -> tuple[int, ...]:
        """Return the identities of the request that the sequence has come to.

        By place: as far on in the log of any member of the family (copies in forks are dated anew), or in the same turn, which
        is all that a fork has in common with an ancestor that it does not name once the log between them is lost. By time: the same
        total and the same last request at the same instant, for a copy that does not say whose it is. Only the beginnings
        of two sessions may agree in all that, and only if their times are whole seconds. So may any two requests without
        a total: of those only finer times tell.
        """
        # Numbers of both kinds are evenly spread, so mixing them is as good as another digest, and quicker.
        by_place = [number ^ self.chain for number in self.numbers()]
        if stamp and (total or "." in stamp):
            alone = "." in stamp or last not in {"", total}
            by_place.append(key_of("codex-row", "" if alone or not self.family else self.family[0], stamp, total, last))
        return tuple(by_place)

    def numbers(self) -> list[int]:
        """Return what stands for each session, and for the turn, that the next request may be met in."""
        members = [*self.family] or [""]
        if self.turn:
            members.append(self.turn)
        return [*map(_number_of, members)]

    def prompt_key(self, stamp: str) -> int:
        """Return the identity of what was typed last: by place for sessions that may be copied, else by time."""
        place = (str(self.chain), str(self.prompts))
        if self.family:
            return key_of("codex-prompt", self.family[-1], *place)
        return key_of("codex-prompt", "", stamp) if stamp else key_of("codex-prompt", *place)


@lru_cache(maxsize=256)
def _number_of(member: str) -> int:
    return key_of("codex", member)
