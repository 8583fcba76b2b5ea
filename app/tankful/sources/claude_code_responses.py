"""Gathers the lines of one Claude response into one usage event, and gives it the identities it may be met under."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import msgspec

from tankful.core.making import made
from tankful.core.usage import ECHO_MASK, TokenUsage, UsageEvent
from tankful.sources.claude_code_lines import Ending, Line, Message, Usage
from tankful.sources.claude_code_places import ID
from tankful.sources.identity import key_of

_TEXT_MAX = 4096
"""Longer than any path or name; the rest of such a text is cut, so that no log can bloat the ledger."""
_TEXTS_SHARED = 256
STAND_IN_MAX = 8
"""Some versions write an output count of one to eight and never the real one (anthropics/claude-code#22671)."""
_NOWHERE = slice(0, 0)


MAIN, ASIDE, REPLAY, REPORT = range(4)
"""What part a line has in its session: said on the main line; a sub-agent's without a request id; one off the main line with
a request id, a sub-agent's or a copy of what the main line was told; a progress line, which repeats a sub-agent's. Plain
numbers, since every line looks its response up under one."""

Identity = tuple[int, int] | tuple[int, str, str, int, int, int]
"""What the lines of one response share: first what part they have, then either the number of their line's own identity or of
message id and request id, or session, message id and the input side (uncached, cache read, cache write). The input side
tells the calls of a relay apart that gives every response the same message id: blocks of one response repeat it."""


class Words:
    """Cuts texts to what the ledger can hold, and gives equal texts as one object: thousands of events share few of them."""

    def __init__(self) -> None:
        """Know no text yet."""
        self._known: dict[str, str] = {}
        self._models: dict[str, tuple[str | None, str]] = {}

    def shared(self, text: str) -> str:
        """Return a text that comes back often."""
        known = self._known.get(text)
        if known is not None:
            return known
        kept = self.kept(text)
        if kept == text:
            if len(self._known) >= _TEXTS_SHARED:
                self._known.clear()
            self._known[kept] = kept
        return kept

    def model(self, text: str) -> tuple[str | None, str]:
        """Return a model as it is written, `None` when it is not, and the vendor: the one it names or its own."""
        known = self._models.get(text)
        if known is None:
            prefix, slash, _ = text.partition("/")
            known = (self.kept(text) or None, self.kept(prefix) if slash else "anthropic")
            if len(self._models) >= _TEXTS_SHARED:
                self._models.clear()
            self._models[text] = known
        return known

    @staticmethod
    def kept(text: str) -> str:
        """Return at most 4,096 characters, all of which can be written as UTF-8."""
        text = text[:_TEXT_MAX]
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Response(msgspec.Struct, gc=False):
    """What the lines read so far say of one response; light, as each line makes one and most are added to another."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int
    tier: str
    geo: str
    web_searches: int
    model: str
    at: datetime
    undated: bool
    """The time is the file's own, which a copy of the file may have a later one of."""
    session: str
    project: str
    message_id: str = ""
    side: tuple[int, int, int] = (0, 0, 0)
    """The input side as its first line has it."""
    part: int = MAIN
    key: int = 0
    """The number under which it is met again; 0: only its side and its lines tell."""
    echo_key: int = 0
    """What it shares with its echoes; 0: nothing echoes it, or only its side tells."""
    placeholder: bool = False
    cost: Decimal | None = None
    lines: list[str] | None = None
    """Identities of the lines, where the message's and the request's do not suffice."""
    sides: list[tuple[int, int, int]] | None = None
    """The input sides of further lines, where they differ: an agent corrected itself."""
    advisors: "dict[int, Response] | None" = None
    """Calls to other models within this one, by their place in it."""
    shown: tuple[Line, Usage] | None = None
    """The newest line that was taken in as a whole."""
    head: bytes = b""
    """What its further lines have in common: all between their own identity and their content."""
    head_at: slice = _NOWHERE

    @classmethod
    def seen(cls, usage: Usage, model: str | None, at: datetime, undated: bool, session: str, project: str) -> Self:
        """Return what one `usage` object says."""
        write, hour = usage.written()
        return cls(
            usage.input or 0,
            usage.output or 0,
            usage.cache_read or 0,
            write,
            hour,
            usage.tier(),
            usage.region(),
            0 if usage.tools is None else usage.tools.web_searches or 0,
            model or "",
            at,
            undated,
            session,
            project,
        )

    def identify(self, part: int, message_id: str, request_id: str | None, uuid: str | None) -> Identity:
        """Give it the numbers under which it is met again, and return the identity that all its lines share."""
        self.part = part
        self.message_id = message_id
        self.side = side = (self.input, self.cache_read, self.cache_write)
        if request_id:
            self.echo_key = echo_key = key_of("claude-echo", message_id)
            # Replays of one response share but its message id: each has a request id of its own. What originals look for is key enough.
            self.key = key = key_of("claude", message_id, request_id) if part < REPLAY else echo_key ^ ECHO_MASK
            return (part, key)
        if uuid:
            self.lines = [uuid]
        if part == MAIN:  # nothing repeats it: a progress line repeats a sub-agent's, which may look the same through a relay
            self.key = key_of("claude", self.session, message_id, *map(str, side))
        return (part, self.session, message_id, *side)

    def identify_line(self, part: int, line: str) -> Identity:
        """Give it the identity of its only line: the vendor's answer has none of its own."""
        self.part = part
        self.key = key_of("claude-line", line)
        return (part, self.key)

    @property
    def counts(self) -> bool:
        """Whether there is anything to book."""
        return bool(self.output or self.input or self.cache_read or self.cache_write or self.web_searches or self.cost)

    def goes_on(self, line: Line, message: Message, usage: Usage) -> bool:
        """Say whether this line repeats the one taken in last, but for its output count, its time and its own identity."""
        if self.shown is None:
            return False
        shown, said = self.shown
        if (
            not message.id
            or message.id != self.message_id
            or (message.model or "") != self.model
            or line.request_id != shown.request_id
            or line.sidechain != shown.sidechain
            or line.session != shown.session
            or line.cwd != shown.cwd
            or line.cost is not None
            or not (line.request_id or self.lines)
        ):
            return False
        said.output = usage.output
        return usage == said

    def note_head(self, line: bytes, message: int) -> None:
        """Remember how this line begins, given where its message begins: the next one may be another block of the response."""
        start, end = line.find(b'"isSidechain":', 0, message), line.find(b',"content":', message, message + 512)
        if start > 0 and end > 0 and self.message_id and self.project:
            self.head, self.head_at = line[start:end], slice(start, end)

    def repeated_in(self, rest: Ending) -> str | None:
        """Say whether a line of which only the part after the content was decoded repeats what is known, as in `goes_on`.

        Returns the working directory that the newest whole line has, empty where it has none; `None`: it is another response's.
        """
        if self.shown is None:
            return None
        shown, said = self.shown
        if rest.request_id != shown.request_id or rest.type != shown.type or not rest.uuid:
            return None
        usage = rest.message.usage
        said.output = usage.output
        return (shown.cwd or "") if usage == said else None

    def go_on(self, stop_reason: str | None, output: int, at: datetime, uuid: str | None) -> None:
        """Take in a line that repeats what is known."""
        if output > self.output:  # noqa: PLR1730 - calling `max` takes longer
            self.output = output
        if at > self.at:  # noqa: PLR1730 - same
            self.at = at
        if self.placeholder and (stop_reason is not None or output > STAND_IN_MAX):
            self.placeholder = False
        if self.lines is not None and uuid:
            self.lines.append(uuid)

    def add(self, later: "Response") -> None:
        """Take in a later line of the same response; the same arithmetic as `UsageEvent.merged`."""
        cached, cached_later = self.cache_read + self.cache_write > 0, later.cache_read + later.cache_write > 0
        if cached == cached_later:
            self.input = max(self.input, later.input)
        elif cached_later:
            self.input = later.input
        self.output = max(self.output, later.output)
        self.cache_read = max(self.cache_read, later.cache_read)
        self.cache_write = max(self.cache_write, later.cache_write)
        self.cache_write_1h = max(self.cache_write_1h, later.cache_write_1h)
        self.web_searches = max(self.web_searches, later.web_searches)
        self.model = self.model or later.model
        if self.undated == later.undated:
            self.at = max(self.at, later.at)
        elif self.undated:
            self.at, self.undated = later.at, False
        self.project = self.project or later.project
        self.tier = self.tier or later.tier
        self.geo = self.geo or later.geo
        self.placeholder = self.placeholder and later.placeholder
        if later.cost is not None:
            self.cost = later.cost if self.cost is None else max(self.cost, later.cost)
        if later.lines is not None:
            self.lines = self.lines or []
            self.lines += later.lines
        if later.side != self.side:
            self.sides = self.sides or []
            self.sides.append(later.side)
        if later.advisors is not None:
            self._add_advisors(later.advisors)

    def _add_advisors(self, later: "dict[int, Response]") -> None:
        if self.advisors is None:
            self.advisors = later
            return
        for place, call in later.items():
            known = self.advisors.setdefault(place, call)
            if known is not call:
                known.add(call)

    def tell(self, events: list[UsageEvent], route: str, words: Words, recent: datetime) -> None:
        """Add the response as an event, and those of the advisors it called; one not before `recent` has its request's key too."""
        keys: tuple[int, ...] = (self.key,) if self.key else ()
        echo_key = self.echo_key
        if not echo_key and self.message_id:
            # It may be a copy that has lost its request's id, the only number that its original is booked under.
            if self.part < REPLAY:
                echo_key = -key_of("claude-echo", self.message_id)
            else:
                echo_key = key_of("claude-echo", self.message_id, _words(self.side))
        if self.part != MAIN or self.lines is not None:
            keys = tuple(dict.fromkeys((*keys, *self._further_keys())))
        if self.at >= recent:
            keys += self._request_keys()
        if self.advisors is None:
            events.append(self._event(keys, echo_key, route, words))
            return
        if self.counts:
            events.append(self._event(keys, echo_key, route, words))
        for place, call in self.advisors.items():
            if call.counts:
                within = tuple(key_of("claude-advisor", str(key), str(place)) for key in keys)
                own_echo_key = key_of("claude-advisor", str(abs(echo_key)), str(place)) if echo_key else 0
                call.part = self.part
                events.append(call._event(within, own_echo_key if echo_key > 0 else -own_echo_key, route, words))  # noqa: SLF001 (a response like this one)

    def _request_keys(self) -> tuple[int, ...]:
        """Return what a live report of this call is met under."""
        request = None if self.shown is None else self.shown[0].request_id
        if not request or not self.message_id:
            return ()
        return tuple(key_of("claude-request", request, _words(side)) for side in (self.side, *(self.sides or ())))

    def _further_keys(self) -> list[int]:
        """Return the keys under which a sub-agent's response and reports of it know each other, and copies of single lines."""
        keys = [key_of("claude-line", line) for line in self.lines or ()]
        if self.part != MAIN and self.message_id:
            sides = (self.side, *(self.sides or ()))
            keys += [key_of("claude-echo", self.session, self.message_id, _words(side)) for side in sides]
            if not self.echo_key and self.at.microsecond and not self.undated:
                # A copy in another session's log may have lost its line's id, too. No two calls end in the same thousandth of a second.
                keys += [key_of("claude-moment", self.message_id, _words(side), self.at.isoformat()) for side in sides]
        return keys

    def _event(self, keys: tuple[int, ...], echo_key: int, route: str, words: Words) -> UsageEvent:
        model, provider = words.model(self.model)
        # By place and unchecked, since a first scan makes hundreds of thousands: the counts were checked when they were decoded.
        return made(
            UsageEvent,
            (
                ID,
                keys,
                self.at,
                made(TokenUsage, (self.input, self.output, self.cache_read, self.cache_write, self.cache_write_1h, 0)),
                model,
                words.shared(self.session),
                self.project,
                provider,
                route,
                self.tier,
                words.shared(self.geo) if self.geo else "",
                self.cost,
                self.web_searches,
                words.kept(self.message_id),
                self.placeholder,
                self.part >= REPLAY,
                echo_key,
                0,
                self.undated,
                False,
                False,
                self.part != MAIN,
            ),
        )


def _words(side: tuple[int, int, int]) -> str:
    uncached, read, write = side
    return f"{uncached},{read},{write}"
