"""Why other tools differ: the known reasons by tool and records, each only for the buckets that it explains.

Our own answer is right by the rule that the docstring of our source names: plain records are written with a known answer, and the
odd cases of our own data have theirs in `expected.json`. A reason either follows from
both answers and the records, or was found by giving both programs the smallest records that show it, line by line or with one thing
changed. What could not be found out says "not known".
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

ANY = frozenset({"input", "output", "cache_read", "cache_write", "requests", "cost", "nothing", "failed"})
_NOTHING, _COST = frozenset({"nothing"}), frozenset({"cost"})
_OUTPUT = frozenset({"output"})
_OUT_AND_REQUESTS = frozenset({"output", "requests"})
_REQUESTS = frozenset({"requests"})
_CACHE = frozenset({"cache_read", "cache_write"})

_BY_ANOTHER_TABLE = "its price table has another price for a model, or ours has none"
_NO_REASONING = "leaves out reasoning, which the agent counts beside the output and is paid for as output"
_UNREAD = "does not read this agent"
_UNSEEN = "reads this agent, but finds nothing in these records"
_DOUBLED = "adds the writes that last an hour to a sum that holds them already; the cost is right"
_SUMS = "counts a session as one request; ours is dated by its messages, in several pieces"
_BLANKS = "finds counts only where no blank follows a colon, as the agent itself writes; this log has blanks"
_ODD = "takes what our data have of nonsense or copies at face value, or passes over the odd places"

Reason = tuple[str, frozenset[str], str]
"""Pattern of the records' name, the buckets it explains, and the words."""

_OF: dict[str, tuple[Reason, ...]] = {
    "ccusage": (
        ("claude-code: plain records", ANY, "counts every line of a response that has no request id (behind a gateway)"),
        ("claude-code: streaming", _NOTHING, _BLANKS),
        ("claude-code: streaming-without-request-id", ANY, "counts every line of a response that has no request id"),
        ("claude-code: constant-id-relay", ANY, "counts every line of a response that has no request id"),
        ("claude-code: fork-copy", ANY, "counts what a fork copied once more: no request ids tell it"),
        ("claude-code: sub-agents", ANY, "reads the journal of a workflow, which repeats a response"),
        ("claude-code: cache-writes", ANY, "passes over a line with a null count; believes parts that are zero against their sum"),
        ("claude-code: tiers-and-regions", _COST, "knows no price for regions and web searches"),
        ("claude-code: nothing-to-book", ANY, "counts stand-ins for answers (`<synthetic>`) that no model gave"),
        ("claude-code: old-logs", ANY, "passes over lines with a null as id, model or cost, and times without zone or thousandths"),
        ("claude-code: bad-lines", _NOTHING, _BLANKS),
        ("codex: bad-lines", ANY, "gives up all of Codex at the first odd time"),
        ("codex: capture*", ANY, "adds a captured stream to the log of the same session, and its running sums to each other"),
        ("codex: ends-copied", ANY, "counts what a log without its head repeats of another's end"),
        ("codex: *last-only-copies", _NOTHING, "reads no counts without a time of their own"),
        ("codex: nameless-copies", _NOTHING, _BLANKS),
        ("codex: late-model", _COST, "takes an unnamed model for gpt-5, where we wait for the name that follows"),
        ("codex: plain", _COST, "prices cache writes a quarter above input where the table has no price for them; we price them as input"),
        ("codex: records*", ANY, "knows no records of responses, which some versions of Codex write in place of counts"),
        ("codex: replies", ANY, "does not know cached tokens in `input_tokens_details` and `prompt_tokens_details`: counts them as input"),
        ("codex: siblings-without-parent", ANY, "passes over what a child copied of its parent even where the parent's log is lost"),
        ("codex: spawned-without-parent", ANY, "passes over what a sub-agent's log repeats of its parent's even where that log is lost"),
        ("codex: snapshots", ANY, "counts a snapshot that is repeated once more"),
        ("codex: tiers", _COST, "prices all tiers as the settings have them now"),
        ("codex: totals-only", ANY, "books nothing where a running total starts anew, and counts without a total do not move it on"),
        ("codex: recorded, *harness-smoke*", _COST, _BY_ANOTHER_TABLE),
        ("codex: recorded, *33ce*", _COST, _BY_ANOTHER_TABLE),
        ("opencode: *", _OUTPUT, _NO_REASONING),
        ("kilo-cli: *", _OUTPUT, _NO_REASONING),
        ("opencode: odd cases", ANY, "counts a fork's copies once more, reads only the first of two databases, leaves out reasoning"),
        ("kilo-cli: odd cases", ANY, "counts a fork's copies once more, reads only the first of two databases, leaves out reasoning"),
        ("gemini-cli: *", _OUTPUT, "shows thoughts in no bucket, but prices them"),
        ("droid: *", _OUTPUT, _NO_REASONING),
        ("droid: *", _COST, _BY_ANOTHER_TABLE),
        ("qwen-code: plain records", frozenset({"input"}), "counts cached input twice: `promptTokenCount` holds it"),
        ("qwen-code: recorded*", ANY, "counts cached input twice (`promptTokenCount` holds it), and leaves out thoughts without a total"),
        ("qwen-code: odd cases", ANY, "counts cached input twice and a fork's copies; reads no sub-agents, telemetry, old chats"),
        ("amp: *", ANY, "counts cache writes twice: the ledger's input holds them"),
        ("goose: *", ANY, "knows no cache in Goose: what it gave is counted as new input; reads sums, not the ledger of calls"),
        ("antigravity: odd cases", ANY, "gives up at a damaged row"),
        ("antigravity: *", _OUTPUT, _NO_REASONING),
        ("codebuff: *", _COST, "prices the tokens; Codebuff charges credits, a cent each"),
        ("codebuff: odd cases", ANY, "counts cached input twice where the vendor counts as OpenAI does; prices no credits"),
        ("copilot-cli: recorded, inline-tokscale", _NOTHING, "does not read the CLI's own database"),
        ("copilot-cli: *", _COST, _BY_ANOTHER_TABLE),
        ("copilot-cli: odd cases", ANY, "reads no database, adds telemetry to a session's sums, keeps the highest sums when it goes on"),
        ("grok-build: plain records", _NOTHING, _UNSEEN),
        ("grok-build: odd cases", ANY, "passes over turns with an empty part by model, and reads no log of all programs"),
        ("hermes: plain records", _COST, "prices the tokens; Hermes states a cost"),
        ("hermes: odd cases", ANY, "does not read profiles; prices tokens where Hermes states a cost"),
        ("kimi: *", _COST, _BY_ANOTHER_TABLE),
        ("kimi: odd cases", ANY, "counts a fork's copies once more, and passes over what a whole session used"),
        ("openclaw: odd cases", ANY, "counts a fork's copies, what Codex and other programs log themselves, and a trajectory"),
        ("pi: odd cases", ANY, "counts a branch's copies once more, and no summaries"),
        *(
            (f"{agent}: *", _NOTHING, _UNREAD)
            for agent in (
                "aider", "cline", "continue", "copilot-visualstudio", "copilot-vscode", "crush", "junie", "kilo-code", "kiro",
                "mistral-vibe", "omp", "roo-code", "warp", "zed",
            )
        ),
    ),
    "agentsview": (
        ("claude-code: constant-id-relay", ANY, "takes the one id that a relay gives every response for one response"),
        ("claude-code: cache-writes", ANY, "takes the sum of a line's writes where it is zero and its parts are not"),
        ("claude-code: tiers-and-regions", _COST, "charges nothing for web searches"),
        ("claude-code: advisor", ANY, "passes over the calls of an advisor, which are not in the usage of the response"),
        ("claude-code: old-logs", ANY, "knows no recorded costs, passes over lines without type or model, counts repeats without an id"),
        ("claude-code: bad-lines", _NOTHING, "passes over answers without content, which all of these are"),
        ("claude-code: recorded, ccusage-cli-test/projects", _NOTHING, "passes over answers without type or content, and further folders"),
        ("codex: plain", ANY, "books one count for each answer or tool call that stands before it, and no second one"),
        ("codex: *", _NOTHING, "books a count only to an answer or tool call that stands before it; here is none"),
        ("codex: recorded, *33ce*", _COST, _BY_ANOTHER_TABLE),
        ("gemini-cli: recorded*", _NOTHING, "passes over answers without words"),
        ("gemini-cli: plain records", ANY, "takes input and cached counts for running sums; counts cached input twice"),
        ("gemini-cli: odd cases", ANY, "takes counts of calls for running sums, cached input twice; no tokens of tools, no sub-agents"),
        ("copilot-cli: recorded*", _NOTHING, "reads neither the CLI's telemetry nor its database"),
        ("copilot-cli: plain records", ANY, "takes no count above 2,000,000; prices by credits alone"),
        ("copilot-cli: odd cases", ANY, "reads no telemetry, no database of sessions without events; counts a repeated end twice"),
        ("copilot-vscode: odd cases", ANY, "counts requests that Claude Code logs itself, and no windows without a folder"),
        ("copilot-vscode: *", _COST, _BY_ANOTHER_TABLE),
        ("copilot-visualstudio: odd cases", _NOTHING, _UNSEEN),
        ("crush: *", ANY, "shows the tokens of the last step as those of the session, and adds a child's cost to its parent's"),
        ("amp: odd cases", ANY, "passes over the ledger's calls that belong to no message"),
        ("kimi: recorded*", _NOTHING, "passes over sessions whose answers have no words"),
        ("kimi: *", ANY, "reads the output only"),
        ("mistral-vibe: *", _COST, "knows no price of the model"),
        ("mistral-vibe: odd cases", ANY, "passes over sessions whose times name no zone or whose model is an object; knows no price"),
        ("junie: odd cases", ANY, "counts a replay once more, and passes over a session with a count that is no number"),
        ("junie: *", _COST, _BY_ANOTHER_TABLE),
        ("omp: *", _COST, "prices the tokens; the agent states a cost"),
        ("omp: odd cases", ANY, "passes over profiles; prices tokens where the agent states a cost"),
        ("openclaw: *", _COST, "prices the tokens; the agent states a cost"),
        ("openclaw: odd cases", ANY, _ODD),
        ("pi: recorded*", _NOTHING, "passes over logs without a head"),
        ("pi: *", _COST, "prices the tokens; the agent states a cost"),
        ("pi: odd cases", ANY, "passes over summaries; prices tokens where the agent states a cost"),
        ("qwen-code: recorded*", _NOTHING, "passes over sessions whose answers have no words"),
        ("qwen-code: *", _COST, _BY_ANOTHER_TABLE),
        ("qwen-code: odd cases", ANY, "counts a fork's copies; passes over answers without words, sub-agents, telemetry, old chats"),
        ("zed: plain records", _NOTHING, _UNSEEN),
        ("zed: odd cases", ANY, "knows only the last request of each message, where the thread's sum has all"),
        *((f"{agent}: *", _NOTHING, _UNSEEN) for agent in ("opencode", "kilo-cli", "droid", "goose", "hermes", "antigravity", "warp")),
        *(
            (f"{agent}: *", _NOTHING, _UNREAD)
            for agent in ("aider", "cline", "codebuff", "continue", "grok-build", "kilo-code", "kiro", "roo-code")
        ),
        ("grok-build: odd cases", ANY, "passes over turns with an empty part by model, and reads no log of all programs"),
    ),
    "observer": (
        ("claude-code: constant-id-relay", ANY, "takes the one id that a relay gives every response for one response"),
        ("claude-code: fork-copy", ANY, "counts what a fork copied once more"),
        ("claude-code: sub-agents", ANY, "reads the journal of a workflow, which repeats a response"),
        ("claude-code: cache-writes", ANY, _DOUBLED),
        ("claude-code: tiers-and-regions", _COST, "has other surcharges for regions and searches"),
        ("claude-code: advisor", ANY, "passes over the calls of an advisor, which are not in the usage of the response"),
        ("claude-code: old-logs", ANY, "knows no recorded costs and passes over lines without a folder or a session"),
        ("claude-code: bad-lines", ANY, "believes any number of tokens"),
        ("claude-code: recorded, *", _NOTHING, "passes over lines without a folder or a session"),
        ("claude-code: *", frozenset({"cache_write"}), _DOUBLED),
        ("codex: *", _OUTPUT, _NO_REASONING),
        ("codex: bad-lines", ANY, "believes any number of tokens"),
        ("codex: recorded, superbased", ANY, "reads a shape of its own tests that Codex does not write"),
        ("codex: *", _NOTHING, _UNSEEN),
        ("codex: ends-copied", ANY, "counts what a child copied of its parent"),
        ("codex: fork", ANY, "counts what a child copied of its parent, reads no archived session, leaves out reasoning"),
        ("codex: siblings-without-parent", ANY, "counts what both children copied of their lost parent twice; leaves out reasoning"),
        ("codex: late-model", ANY, "passes over counts that stand before the first name of a model"),
        ("codex: plain", ANY, "counts cache writes as input, and leaves out reasoning"),
        ("codex: records*", ANY, "knows no records of responses; counts cache writes as input, and leaves out reasoning"),
        ("codex: spawned-without-parent", ANY, "counts what each sub-agent's log repeats of their lost parent's"),
        ("codex: snapshots", ANY, "counts a snapshot that is repeated once more"),
        ("codex: written-twice", ANY, "counts a history that is written twice in one log twice; leaves out reasoning"),
        ("codex: tiers", _COST, "prices all tiers as the standard one"),
        ("codex: twins", ANY, "reads no archived session"),
        ("opencode: *", _OUTPUT, _NO_REASONING),
        ("kilo-cli: *", _OUTPUT, _NO_REASONING),
        ("gemini-cli: plain records", _OUTPUT, "shows thoughts in no bucket, but prices them"),
        ("gemini-cli: *", ANY, "counts no tokens of tools, and thoughts in no bucket"),
        ("gemini-cli: odd cases", ANY, "subtracts cached input that is told apart; no tokens of tools, sub-agents, old chats, thoughts"),
        ("qwen-code: plain records", _OUTPUT, _NO_REASONING),
        ("qwen-code: odd cases", ANY, "reads the telemetry of a chat alone, and neither forks, sub-agents nor old chats"),
        ("copilot-cli: plain records", ANY, "counts cache writes as input too, and messages as requests"),
        ("copilot-vscode: odd cases", ANY, "counts requests that Claude Code logs itself, and no windows without a folder"),
        ("copilot-vscode: *", _COST, _BY_ANOTHER_TABLE),
        ("droid: plain records", _OUT_AND_REQUESTS, f"{_NO_REASONING}; {_SUMS}"),
        ("droid: odd cases", ANY, f"{_NO_REASONING}; believes a negative count"),
        ("goose: odd cases", ANY, "reads sums of sessions, not the ledger of calls, and counts cache writes as input too"),
        ("grok-build: odd cases", ANY, "reads the log of all programs, but not sessions that are in it alone, nor turns"),
        ("junie: odd cases", ANY, "counts a replay once more, and passes over calls with a cost alone or a count that is no number"),
        ("kiro: plain records", _CACHE, "reads no cache counts"),
        ("kiro: odd cases", ANY, "reads counts that are stated, but no cached ones, and measures no share of the context window"),
        ("mistral-vibe: *", _REQUESTS | _COST, f"{_SUMS}; knows no price of the model"),
        ("mistral-vibe: odd cases", ANY, "adds a negative count"),
        ("openclaw: *", _COST, "prices the tokens; the agent states a cost"),
        ("openclaw: odd cases", ANY, "counts a fork's copies, what Codex logs itself, a negative count; no sessions set aside"),
        ("pi: *", _COST, "prices the tokens; the agent states a cost"),
        ("pi: recorded*", ANY, "passes over totals that are not split"),
        ("pi: odd cases", ANY, "counts a branch's copies once more, adds a negative count, and counts no summaries"),
        ("zed: plain records", _NOTHING, _UNSEEN),
        ("zed: odd cases", ANY, "knows only the last request of each message, where the thread's sum has all"),
        ("aider: plain records", _NOTHING, "reads histories of projects, not the log of analytics"),
        ("aider: odd cases", ANY, "reads histories of projects, not the log of analytics"),
        *(
            (f"{agent}: *", _NOTHING, _UNSEEN)
            for agent in (
                "antigravity", "cline", "copilot-cli", "crush", "droid", "goose", "grok-build", "hermes", "junie", "kilo-cli", "kilo-code",
                "kimi", "opencode", "qwen-code",
            )
        ),
        *(
            (f"{agent}: *", _NOTHING, _UNREAD)
            for agent in ("amp", "codebuff", "continue", "copilot-visualstudio", "omp", "roo-code", "warp")
        ),
    ),
}  # fmt: skip


def reason_for(tool: str, case: str, differs: Sequence[str]) -> str:
    """Return why a tool differs in these buckets on these records; empty when nobody knows. Narrower reasons come first."""
    fitting = [reason for reason in _OF[tool] if fnmatchcase(case, reason[0]) and reason[1].issuperset(differs)]
    return min(fitting, key=lambda reason: len(reason[1]))[2] if fitting else ""
