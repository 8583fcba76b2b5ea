"""Turns the records of a Pi session, one by one, into usage events and prompts.

The rules are those of pi-mono's `session-manager.ts` and `pi-ai`: a fork copies entries with their ids, times and usage under
a new session; entries of old sessions are given ids later.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from tankful.core.making import made
from tankful.core.parsing import Findings
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources.identity import key_of
from tankful.sources.pi_lines import Line, Message, Usage
from tankful.sources.pi_usual import decode_usual
from tankful.sources.values import OLDEST, Values, is_plain, is_short

_SUMMARIES = ("compaction", "branch_summary")
_NOT_ITS_OWN = ("openclaw-transcript", "openclaw", "cli")
"""Interfaces and providers of answers that OpenClaw may have written down for another program."""


class Session(msgspec.Struct):
    """What was said once and holds for the records that follow."""

    id: str = ""
    project: str = ""
    provider: str = ""
    model: str = ""


class Transcript:
    """Takes the records of one session in their order."""

    def __init__(self, agent: str, session: Session, addresses: Mapping[str, str], *, family: str, has_human: bool = True) -> None:
        """Go on with what is known of the session; agents of one family may hold copies of each other's sessions."""
        self._agent = agent
        self._session = session
        self._addresses = addresses
        self._family = family
        self._has_human = has_human
        self._words: tuple[str, ...] = ()
        """What the last answer shared with others, all of it plain: provider, model, interface."""

    def take(self, content: bytes | str, values: Values, found: Findings, written: object = None) -> None:
        """Add what a record holds; `written` is when it was, for one that does not say."""
        line = values.decoded(content, Line)
        if line is None:
            return
        kind, message = line.type, line.message
        if kind == "session":
            self._session.id = values.word(line.id) or self._session.id
            self._session.project = values.word(line.cwd) or self._session.project
        elif kind == "model_change" or (kind == "custom" and line.custom_type == "model-snapshot"):
            provider, model = line.named_model()
            self._session.provider = values.word(provider) or self._session.provider
            self._session.model = values.word(model) or self._session.model
        elif kind == "message" and isinstance(message, Message):
            if message.role == "assistant" and message.usage is not None:
                self._take_answer(line, message, message.usage, values, found, written)
            elif message.role == "user" and self._has_human and not message.synthetic and message.attribution != "agent":
                self._take_prompt(line, message, values, found, written)
        elif kind in _SUMMARIES and line.usage is not None:
            self._take_answer(line, Message(), line.usage, values, found, written)

    def take_usual(self, content: bytes, now: datetime, found: Findings) -> bool:
        """Add what a record holds that is an answer as most are, quickly; says whether it is one."""
        try:
            line = decode_usual(content)
            at = datetime.fromisoformat(line.timestamp)
        except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
            return False
        message, number = line.message, line.id
        usage, dollars = message.usage, repr(message.usage.cost.total)
        words = provider, model, _ = message.provider, message.model, message.api
        if words != self._words:
            if not all(map(is_plain, words)) or message.api in _NOT_ITS_OWN or message.provider in _NOT_ITS_OWN:
                return False
            self._words = words
        counts = (usage.input, usage.output, usage.cache_read, usage.cache_write, 0, 0)
        if at.tzinfo is not UTC or not OLDEST <= at <= now or not is_plain(number) or not any(counts) or not is_short(dollars):
            return False
        session, family, stamp = self._session, self._family, str(message.timestamp)
        session.provider, session.model = provider, model
        keys = (key_of(family, stamp, model, "%d,%d,%d,%d,%d,%d" % counts), key_of(family, stamp, number))  # noqa: UP031 - quicker than joining
        told = (self._agent, keys, at, made(TokenUsage, counts), model, session.id, session.project, provider)
        # By place, since a first scan makes many thousands.
        rest = (self._addresses.get(provider, ""), "", "", Decimal(dollars), 0, "", False, False, 0, 0, False, False, False, False)
        found.events.append(made(UsageEvent, (*told, *rest)))
        return True

    def _take_answer(self, line: Line, message: Message, usage: Usage, values: Values, found: Findings, written: object) -> None:
        session = self._session
        if _is_made_elsewhere(message):
            return
        tokens, cost = usage.tokens(values), values.dollars(usage.dollars)
        if not (tokens.total or cost):
            return
        provider = session.provider = values.word(message.provider) or session.provider
        session.model = values.word(message.model) or session.model
        model = values.word(message.upstream_model) or session.model
        stamp, number = _stamp(line, message), values.word(line.id)
        counts = ",".join(map(str, tokens))
        thread = _mirrored_thread(message)
        keys = (key_of(self._family, stamp or session.id + number, model, counts),)
        if stamp and number:
            keys += (key_of(self._family, stamp, number),)
        found.events.append(
            UsageEvent(
                agent=self._agent,
                keys=keys,
                at=_moment(line, message, values, written),
                tokens=tokens,
                model=model or None,
                session=thread or session.id,
                project=session.project,
                provider=provider,
                route=self._addresses.get(provider, ""),
                recorded_cost=cost,
                second_hand=1 if thread else 0,
            )
        )

    def _take_prompt(self, line: Line, message: Message, values: Values, found: Findings, written: object) -> None:
        stamp, number = _stamp(line, message), values.word(line.id)
        key = key_of(f"{self._family}-prompt", stamp or self._session.id, number)
        at = _moment(line, message, values, written)
        found.prompts.append(Prompt(self._agent, key, at, self._session.id, self._session.project))


def _is_made_elsewhere(message: Message) -> bool:
    """Say whether OpenClaw wrote this message down for another program that keeps a record of its own, or made it itself.

    It does so for the agents that it runs as commands (`claude-cli`, `codex-cli` …), and for notices of delivery.
    """
    provider = message.provider if isinstance(message.provider, str) else ""
    return message.api == "openclaw-transcript" or provider == "openclaw" or (message.api == "cli" and provider.endswith("-cli"))


def _mirrored_thread(message: Message) -> str:
    """Return the Codex thread that a message was copied from, if it was: Codex's own log tells the same and more.

    OpenClaw gives such copies the idempotency key `codex-app-server:<thread>:<turn>:…`, with the usage of the turn's last response.
    """
    key = message.idempotency_key
    if not isinstance(key, str) or not key.startswith("codex-app-server:"):
        return ""
    return key.split(":")[1]


def _stamp(line: Line, message: Message) -> str:
    """Return a record's time as it was written, which copies keep; empty where there is none."""
    written = line.timestamp if message.timestamp is None else message.timestamp
    return "" if written is None else str(written)


def _moment(line: Line, message: Message, values: Values, written: object) -> datetime:
    for stamp in (line.timestamp, message.timestamp, written):
        at = values.moment_if_any(stamp)
        if at is not None:
            return at
    return values.moment(None)
