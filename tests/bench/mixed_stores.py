"""How agents keep conversations in databases of their own; what was said fills most of them, as it does in real ones."""

import json
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

from mixed_lines import CLAUDE, GEMINI
from mixed_talk import CALL_BYTES, CALLS_A_PROMPT, Call, Scribe, Talk

Writer = Callable[[Scribe, int], None]
_SESSION_BYTES = 400_000


@contextmanager
def _database(scribe: Scribe, agent: str, path: str, tables: str) -> Generator[sqlite3.Connection]:
    """Open a database below the home, made if need be; it is counted when it is closed."""
    file = scribe.home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.stat().st_size if file.exists() else 0
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA journal_mode = WAL")
        store.executescript("; ".join(f"CREATE TABLE IF NOT EXISTS {table}" for table in tables.strip().split("\n")))
        yield store
        store.commit()
    scribe.answers.wrote(agent, file.stat().st_size - before, 0 if before else 1)


def _talks(scribe: Scribe, size: int, models: tuple[str, ...] = CLAUDE, *, writes: bool = True) -> Iterator[tuple[Talk, list[Call]]]:
    """Yield conversations with their calls, so many that what is said in them is about so many bytes."""
    for budget in scribe.sizes(size, _SESSION_BYTES):
        talk = scribe.talk(budget, models, writes=writes)
        yield talk, [talk.next_call() for _ in range(max(1, budget // CALL_BYTES))]


def _said(talk: Talk) -> str:
    return f'{{"text":{talk.result},"code":{talk.code}}}'


def _opencode_like(agent: str, path: str, scribe: Scribe, size: int) -> None:
    tables = """
        session (id TEXT PRIMARY KEY, project_id TEXT, parent_id TEXT, directory TEXT, title TEXT, \
time_created INTEGER, time_updated INTEGER)
        message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT)
        part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT)
    """
    with _database(scribe, agent, path, tables) as store:
        for talk, calls in _talks(scribe, size):
            store.execute("INSERT INTO session VALUES (?, 'p', NULL, ?, 'x', ?, ?)", (talk.id, talk.cwd, talk.ms, talk.ms))
            for number, call in enumerate(calls):
                asked = f'{{"role":"user","time":{{"created":{call.ms - 1}}},"agent":"build"}}'
                tokens = (
                    f'{{"input":{call.input},"output":{call.output - call.reasoning},"reasoning":{call.reasoning},'
                    f'"cache":{{"read":{call.read},"write":{call.written}}}}}'
                )
                time = f'"time":{{"created":{call.ms},"completed":{call.ms + 400}}}'
                who = f'"modelID":"{talk.model}","providerID":"anthropic","mode":"build","path":{{"cwd":"{talk.cwd}","root":"{talk.cwd}"}}'
                data = f'{{"role":"assistant",{time},{who},"cost":{call.cost:.6f},"tokens":{tokens}}}'
                rows = [(f"msg_{call.id}", talk.id, call.ms, call.ms, data)]
                if number % CALLS_A_PROMPT == 0:
                    rows[:0] = [(f"msg_{call.id}u", talk.id, call.ms - 1, call.ms, asked)]
                store.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?)", rows)
                parts = [(f"prt_{call.id}{n}", f"msg_{call.id}", talk.id, call.ms, call.ms, _said(talk)) for n in range(2)]
                store.executemany("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", parts)
                scribe.book(agent, call)


def _opencode(scribe: Scribe, size: int) -> None:
    _opencode_like("opencode", ".local/share/opencode/opencode.db", scribe, size)


def _kilo_cli(scribe: Scribe, size: int) -> None:
    _opencode_like("kilo-cli", ".local/share/kilo/kilo.db", scribe, size)


def _goose(scribe: Scribe, size: int) -> None:
    tables = """
        sessions (id TEXT PRIMARY KEY, working_dir TEXT, created_at TIMESTAMP, updated_at TIMESTAMP, total_tokens INTEGER, \
input_tokens INTEGER, output_tokens INTEGER, accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, \
accumulated_output_tokens INTEGER, accumulated_cache_read_tokens INTEGER, accumulated_cache_write_tokens INTEGER, \
accumulated_cost REAL, provider_name TEXT, model_config_json TEXT)
        messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content_json TEXT, created_timestamp INTEGER, metadata_json TEXT)
        usage_ledger (id INTEGER PRIMARY KEY, session_id TEXT, created_timestamp INTEGER, model TEXT, input_tokens INTEGER, \
output_tokens INTEGER, total_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, cost REAL, cost_source TEXT, \
is_compaction INTEGER)
    """
    with _database(scribe, "goose", ".local/share/goose/sessions/sessions.db", tables) as store:
        for talk, calls in _talks(scribe, size):
            for number, call in enumerate(calls):
                at = call.ms // 1000
                ledger = (talk.id, at, talk.model, call.prompt, call.output, call.total, call.read, call.written, call.cost)
                store.execute("INSERT INTO usage_ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'provider_reported', 0)", ledger)
                kind = "text" if number % CALLS_A_PROMPT == 0 else "toolResponse"
                parts = (("user", kind), ("assistant", "text"))
                said = [(talk.id, role, f'[{{"type":"{what}","text":{_said(talk)}}}]', at) for role, what in parts]
                store.executemany("INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, NULL)", said)
                scribe.book("goose", call)
            used, now = talk.used, f"{talk.now:%Y-%m-%d %H:%M:%S}"
            given = used.input + used.cache_read + used.cache_write
            sums = (given + used.output, given, used.output, used.cache_read, used.cache_write)
            config = f'{{"model_name":"{talk.model}"}}'
            row = (talk.id, talk.cwd, f"{talk.began:%Y-%m-%d %H:%M:%S}", now, *sums, config)
            store.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, 1, 1, 1, ?, ?, ?, ?, ?, 0.5, 'anthropic', ?)", row)


def _crush(scribe: Scribe, size: int) -> None:
    tables = """
        sessions (id TEXT PRIMARY KEY, parent_session_id TEXT, title TEXT, message_count INTEGER, prompt_tokens INTEGER, \
completion_tokens INTEGER, cost REAL, updated_at INTEGER, created_at INTEGER)
        messages (id TEXT PRIMARY KEY, session_id TEXT, role TEXT, parts TEXT, model TEXT, provider TEXT, created_at INTEGER, \
updated_at INTEGER, finished_at INTEGER)
    """
    with _database(scribe, "crush", ".local/share/crush/crush.db", tables) as store:
        for talk, calls in _talks(scribe, size):
            cost = round(sum(call.cost for call in calls), 6)
            row = (talk.id, len(calls), cost, int(talk.now.timestamp()), int(talk.began.timestamp()))
            store.execute("INSERT INTO sessions VALUES (?, NULL, 'x', ?, 100, 20, ?, ?, ?)", row)
            for call in calls:
                at = call.ms // 1000
                said = (call.id, talk.id, f"[{_said(talk)},{_said(talk)}]", talk.model, at, at)
                store.execute("INSERT INTO messages VALUES (?, ?, 'assistant', ?, ?, 'anthropic', ?, ?, NULL)", said)


def _hermes(scribe: Scribe, size: int) -> None:
    tables = """
        sessions (id TEXT PRIMARY KEY, source TEXT, model TEXT, parent_session_id TEXT, started_at REAL, ended_at REAL, \
message_count INTEGER, input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, \
reasoning_tokens INTEGER, cwd TEXT, billing_provider TEXT, billing_base_url TEXT, billing_mode TEXT, \
estimated_cost_usd REAL, actual_cost_usd REAL)
        messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content TEXT, timestamp REAL, observed INTEGER DEFAULT 0)
    """
    with _database(scribe, "hermes", ".hermes/state.db", tables) as store:
        for talk, calls in _talks(scribe, size):
            for number, call in enumerate(calls):
                asked = "user" if number % CALLS_A_PROMPT == 0 else "tool"
                said = [(talk.id, role, _said(talk), call.ms / 1000) for role in (asked, "assistant")]
                store.executemany("INSERT INTO messages (session_id, role, content, timestamp) VALUES (?, ?, ?, ?)", said)
                scribe.book("hermes", call, whole=True)
            used = talk.used
            sums = (used.input, used.output, used.cache_read, used.cache_write, talk.reasoned)
            row = (talk.id, talk.model, talk.ms / 1000, talk.now.timestamp(), len(calls), *sums, talk.cwd)
            store.execute("INSERT INTO sessions VALUES (?,'cli',?,NULL,?,?,?,?,?,?,?,?,?,'anthropic','','api',0.03,NULL)", row)


def _zed(scribe: Scribe, size: int) -> None:
    import zstandard  # noqa: PLC0415 - for this one alone

    tables = """
        threads (id TEXT PRIMARY KEY, summary TEXT, updated_at TEXT, data_type TEXT, data BLOB, parent_id TEXT, folder_paths TEXT, \
folder_paths_order TEXT, created_at TEXT)
    """
    packing = zstandard.ZstdCompressor(level=3)
    with _database(scribe, "zed", ".local/share/zed/threads/threads.db", tables) as store:
        for talk, calls in _talks(scribe, size * 3):  # it is packed
            said = ",".join(f'{{"Agent":{{"content":[{_said(talk)}]}}}}' for _ in calls)
            used = talk.used
            sums = (
                f'{{"input_tokens":{used.input},"output_tokens":{used.output},"cache_creation_input_tokens":{used.cache_write},'
                f'"cache_read_input_tokens":{used.cache_read}}}'
            )
            model = f'"model":{{"provider":"zed.dev","model":"{talk.model}"}}'
            thread = (
                f'{{"version":"0.3.0","title":"x","messages":[{said}],{model},"cumulative_token_usage":{sums},"request_token_usage":{{}}}}'
            )
            times = (
                f"{talk.now:%Y-%m-%dT%H:%M:%S}.000000+00:00",
                packing.compress(thread.encode()),
                talk.cwd,
                f"{talk.began:%Y-%m-%dT%H:%M:%S}+00:00",
            )
            store.execute("INSERT INTO threads VALUES (?, 'x', ?, 'zstd', ?, NULL, ?, '0', ?)", (talk.id, *times))
            for call in calls:
                scribe.book("zed", call, whole=True)


def _warp(scribe: Scribe, size: int) -> None:
    tables = """
        agent_conversations (id INTEGER PRIMARY KEY, conversation_id TEXT, conversation_data TEXT, last_modified_at TIMESTAMP)
        ai_queries (id INTEGER PRIMARY KEY, exchange_id TEXT, conversation_id TEXT, start_ts DATETIME, input TEXT, working_directory TEXT, \
output_status TEXT, model_id TEXT)
    """
    with _database(scribe, "warp", ".local/state/warp-terminal/warp.sqlite", tables) as store:
        for talk, calls in _talks(scribe, size):
            used = talk.used
            given = used.input + used.cache_read + used.cache_write
            charged = (
                f'{{"total_input":{given},"output":{used.output},"input_cache_read":{used.cache_read},"input_cache_write":{used.cache_write},'
                '"input_cost_in_cents":4.0,"output_cost_in_cents":2.5}'
            )
            token_usage = f'[{{"model_id":"{talk.model}","warp_tokens":{given + used.output}}}]'
            metadata = f'{{"credits_spent":3.5,"token_usage":{token_usage},"cumulative_token_cost_by_model":{{"{talk.model}":{charged}}}}}'
            row = (talk.id, f'{{"conversation_usage_metadata":{metadata}}}', f"{talk.now:%Y-%m-%d %H:%M:%S}")
            store.execute("INSERT INTO agent_conversations VALUES (NULL, ?, ?, ?)", row)
            for call in calls:
                asked = f'[{{"Query":{{"text":{talk.prose},"context":[{_said(talk)}]}}}}]'
                query = (call.id, talk.id, f"{call.at:%Y-%m-%d %H:%M:%S}", asked, talk.cwd)
                store.execute("INSERT INTO ai_queries VALUES (NULL, ?, ?, ?, ?, ?, '\"Completed\"', 'auto')", query)
                scribe.book("warp", call, whole=True)


def _cursor(scribe: Scribe, size: int) -> None:
    tables = "cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"
    with _database(scribe, "cursor", ".config/Cursor/User/globalStorage/state.vscdb", tables) as store:
        for talk, calls in _talks(scribe, size):
            for call in calls:
                text = f'"_v":3,"text":{talk.prose},"toolFormerData":{_said(talk)},"tokenCount":{{"inputTokens":0,"outputTokens":0}}'
                bubbles = [
                    (f"bubbleId:{talk.id}:{call.id}{kind}", f'{{"type":{kind},{text},"createdAt":"{call.iso}"}}'.encode())
                    for kind in (1, 2)
                ]
                store.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", bubbles)


def _windsurf(scribe: Scribe, size: int) -> None:
    place = f".config/Windsurf/User/workspaceStorage/{scribe.random.getrandbits(64):016x}"
    with _database(scribe, "windsurf", f"{place}/state.vscdb", "ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)") as store:
        for talk, calls in _talks(scribe, size):
            bubbles = ",".join(f'{{"type":"user","createdAt":{call.ms},"text":{_said(talk)}}}' for call in calls)
            tab = f'{{"tabs":[{{"tabId":"{talk.id}","bubbles":[{bubbles}]}}]}}'
            store.execute("INSERT INTO ItemTable VALUES ('workbench.panel.aichat.view.aichat.chatdata', ?)", (tab,))


def _kiro(scribe: Scribe, size: int) -> None:
    tables = "conversations_v2 (key TEXT, conversation_id TEXT, value TEXT, created_at INTEGER, updated_at INTEGER)"
    with _database(scribe, "kiro", ".local/share/kiro-cli/data.sqlite3", tables) as store:
        for talk, calls in _talks(scribe, size, ("claude-sonnet-4.5",)):
            turns: list[object] = []
            for call in calls:
                counts = {"uncached_input_tokens": call.input, "output_tokens": call.output, "cache_read_tokens": call.read}
                about = counts | {"cache_write_tokens": call.written, "request_id": call.id, "message_id": call.id, "model_id": talk.model}
                about |= {"context_usage_percentage": 5.5, "request_start_timestamp_ms": call.ms}
                where = {"env_state": {"current_working_directory": talk.cwd}}
                user = {"env_context": where, "content": {"Prompt": {"prompt": _said(talk)}}, "timestamp": call.iso}
                turns.append(
                    {"user": user, "assistant": {"Response": {"message_id": call.id, "content": _said(talk)}}, "request_metadata": about}
                )
                scribe.book("kiro", call)
            value = json.dumps({"conversation_id": talk.id, "history": turns})
            store.execute("INSERT INTO conversations_v2 VALUES (?, ?, ?, ?, ?)", (talk.cwd, talk.id, value, talk.ms, calls[-1].ms))


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def _field(number: int, value: int | bytes) -> bytes:
    """Return a field of a protocol buffer."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _antigravity(scribe: Scribe, size: int) -> None:
    tables = """
        gen_metadata (idx INTEGER PRIMARY KEY, data BLOB, size INTEGER)
        trajectory_metadata_blob (id TEXT PRIMARY KEY, data BLOB)
        executor_metadata (idx INTEGER PRIMARY KEY, data BLOB)
    """
    for budget in scribe.sizes(size, _SESSION_BYTES):
        talk = scribe.talk(budget, GEMINI)
        with _database(scribe, "antigravity", f".gemini/antigravity-cli/conversations/{talk.id}.db", tables) as store:
            for number in range(max(1, budget // CALL_BYTES)):
                call = talk.next_call()
                counts = (
                    (2, call.input),
                    (3, call.output),
                    (4, call.written),
                    (5, call.read),
                    (9, call.reasoning),
                    (10, call.output - call.reasoning),
                )
                usage = b"".join(_field(*count) for count in counts) + _field(11, call.id.encode())
                seconds, milliseconds = divmod(call.ms, 1000)
                time = _field(4, _field(1, seconds) + _field(2, milliseconds * 1_000_000))
                told = _field(3, talk.id.encode()) + _field(4, usage) + _field(9, time) + _field(19, talk.model.encode())
                store.execute("INSERT INTO gen_metadata VALUES (?, ?, 100)", (number, _field(1, told)))
                store.execute("INSERT INTO executor_metadata VALUES (?, ?)", (number, (_said(talk) + _said(talk)).encode()))
                scribe.book("antigravity", call)


WRITERS: dict[str, Writer] = {
    "opencode": _opencode,
    "kilo-cli": _kilo_cli,
    "goose": _goose,
    "crush": _crush,
    "hermes": _hermes,
    "zed": _zed,
    "warp": _warp,
    "cursor": _cursor,
    "windsurf": _windsurf,
    "kiro": _kiro,
    "antigravity": _antigravity,
}
"""By agent."""
