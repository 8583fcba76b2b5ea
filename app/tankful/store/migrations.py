"""The ledger's shape as a list of steps that is only ever appended to."""

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

    -- What many responses share, as numbers of table `name`; 0 is the empty name.
    CREATE TABLE context (
        id INTEGER PRIMARY KEY,
        agent INTEGER NOT NULL,
        model INTEGER NOT NULL,
        session INTEGER NOT NULL,
        project INTEGER NOT NULL,
        provider INTEGER NOT NULL,
        route INTEGER NOT NULL,
        tier INTEGER NOT NULL,
        geo INTEGER NOT NULL,
        second_hand INTEGER NOT NULL,
        UNIQUE (session, agent, model, project, provider, route, tier, geo, second_hand)
    ) STRICT;

    -- One row a response. `at` is microseconds since 1970 UTC; money is nano-dollars.
    CREATE TABLE usage (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        context INTEGER NOT NULL,
        input INTEGER NOT NULL,
        output INTEGER NOT NULL,
        cache_read INTEGER NOT NULL,
        cache_write INTEGER NOT NULL,
        cache_write_1h INTEGER NOT NULL,
        reasoning INTEGER NOT NULL,
        web_searches INTEGER NOT NULL,
        recorded_nano INTEGER,
        cost_nano INTEGER,
        basis TEXT NOT NULL,
        flags INTEGER NOT NULL,
        echo_key INTEGER NOT NULL,
        call TEXT NOT NULL
    ) STRICT;
    CREATE INDEX usage_at ON usage (at);
    CREATE INDEX usage_second_hand ON usage (context) WHERE flags & 4;

    -- Every number under which a response may be met again. It outlives the response, so that a fold is never undone.
    CREATE TABLE identity (key INTEGER PRIMARY KEY, usage INTEGER NOT NULL) STRICT;
    -- A response that turned out to be another one.
    CREATE TABLE forward (usage INTEGER PRIMARY KEY, now INTEGER NOT NULL) STRICT;
    CREATE INDEX forward_now ON forward (now);

    -- Sums over a quarter of an hour (`quarter` counts them since 1970 UTC): days of every time zone are made of whole ones.
    CREATE TABLE sums (
        quarter INTEGER NOT NULL,
        context INTEGER NOT NULL,
        basis TEXT NOT NULL,
        requests INTEGER NOT NULL,
        placeholders INTEGER NOT NULL,
        input INTEGER NOT NULL,
        output INTEGER NOT NULL,
        cache_read INTEGER NOT NULL,
        cache_write INTEGER NOT NULL,
        cache_write_1h INTEGER NOT NULL,
        reasoning INTEGER NOT NULL,
        cost_nano INTEGER NOT NULL,
        PRIMARY KEY (quarter, context, basis)
    ) STRICT, WITHOUT ROWID;
    -- Quarters whose sums are behind; written with the responses, emptied with the sums.
    CREATE TABLE behind (quarter INTEGER PRIMARY KEY) STRICT;

    CREATE TABLE prompt (
        key INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        agent INTEGER NOT NULL,
        session INTEGER NOT NULL,
        project INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX prompt_at ON prompt (at);

    CREATE TABLE checkpoint (
        path TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        device INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        line INTEGER NOT NULL,
        passing_over INTEGER NOT NULL,
        head BLOB NOT NULL,
        tail BLOB NOT NULL,
        fields BLOB
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE problem (
        path TEXT NOT NULL,
        flaw TEXT NOT NULL,
        source TEXT NOT NULL,
        line INTEGER NOT NULL,
        times INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (path, flaw)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """,
    """
    -- What each linked account was told last. The owner's own figures are decimal text, as they said them.
    CREATE TABLE statement (
        account TEXT PRIMARY KEY,
        as_of INTEGER NOT NULL,
        who TEXT NOT NULL,
        books_within INTEGER NOT NULL,
        tag TEXT NOT NULL,
        poll_after_s INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE allocation (
        account TEXT NOT NULL,
        scope TEXT NOT NULL,
        place INTEGER NOT NULL,
        kind TEXT NOT NULL,
        most TEXT,
        settled TEXT NOT NULL,
        soft TEXT,
        period_start INTEGER NOT NULL,
        resets_at INTEGER,
        enforced INTEGER NOT NULL,
        resetting INTEGER NOT NULL,
        PRIMARY KEY (account, scope)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE quota (
        account TEXT NOT NULL,
        title TEXT NOT NULL,
        place INTEGER NOT NULL,
        used_percent TEXT NOT NULL,
        resets_at INTEGER,
        PRIMARY KEY (account, title)
    ) STRICT, WITHOUT ROWID;
    -- What the reconciliation carries from the statement before that one.
    CREATE TABLE books (
        account TEXT NOT NULL,
        scope TEXT NOT NULL,
        as_of INTEGER NOT NULL,
        settled TEXT NOT NULL,
        period_start INTEGER NOT NULL,
        since INTEGER NOT NULL,
        carried TEXT NOT NULL,
        over INTEGER NOT NULL,
        PRIMARY KEY (account, scope)
    ) STRICT, WITHOUT ROWID;

    -- Our own calls as a gateway booked them; `response` is the row of `usage` that it is known to be.
    CREATE TABLE booked (
        call TEXT NOT NULL,
        account TEXT NOT NULL,
        at INTEGER NOT NULL,
        cost_nano INTEGER NOT NULL,
        model TEXT NOT NULL,
        response INTEGER,
        PRIMARY KEY (call, account)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX booked_response ON booked (response) WHERE response IS NOT NULL;
    CREATE INDEX booked_at ON booked (at);

    -- Dollars per token as decimal text; NULL: the gateway does not say.
    CREATE TABLE offered (
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        place INTEGER NOT NULL,
        input TEXT,
        output TEXT,
        cache_read TEXT,
        cache_write TEXT,
        in_house INTEGER NOT NULL,
        alternative_to TEXT NOT NULL,
        good_for TEXT NOT NULL,
        title TEXT NOT NULL,
        documentation TEXT NOT NULL,
        PRIMARY KEY (account, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE banner (
        account TEXT NOT NULL,
        revision TEXT NOT NULL,
        text TEXT NOT NULL,
        severity TEXT NOT NULL,
        met INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (account, revision)
    ) STRICT, WITHOUT ROWID;
    -- When an account was last asked for its calls, models and message.
    CREATE TABLE asked (account TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, what)) STRICT, WITHOUT ROWID;
    """,
    """
    -- What is booked of the sums that agents keep for whole sessions: when a sum last changed, when it was last looked at, how many
    -- responses it became. Tokens as in `usage`; NULL for the cost: a part was booked without a recorded one.
    CREATE TABLE counter (
        key INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        pieces INTEGER NOT NULL,
        cost_nano INTEGER,
        input INTEGER NOT NULL,
        output INTEGER NOT NULL,
        cache_read INTEGER NOT NULL,
        cache_write INTEGER NOT NULL,
        cache_write_1h INTEGER NOT NULL,
        reasoning INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX usage_undated ON usage (context) WHERE flags & 16;
    """,
    """
    -- Calls that agents reported live, for a week: which response each is, and whether a log has told of it too. `agent` and `session`
    -- are numbers of table `name`; `prompt` is all that the model was given; `by_request`: the log has its key;
    -- `of_turn`: the log has one sum for all calls of a turn.
    CREATE TABLE heard (
        id INTEGER PRIMARY KEY,
        usage INTEGER NOT NULL,
        agent INTEGER NOT NULL,
        session INTEGER NOT NULL,
        at INTEGER NOT NULL,
        prompt INTEGER NOT NULL,
        output INTEGER NOT NULL,
        by_request INTEGER NOT NULL,
        of_turn INTEGER NOT NULL,
        settled INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX heard_usage ON heard (usage);
    CREATE INDEX heard_at ON heard (at);
    CREATE INDEX heard_waiting ON heard (agent, session, prompt) WHERE settled = 0;
    CREATE INDEX heard_turn ON heard (agent, session, at) WHERE of_turn = 1;
    -- Prompts that only a live report told of so far.
    CREATE TABLE heard_prompt (key INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
    -- What agents say that their calls cost, beside what our prices make of them: with all cache writes for five minutes, and for an hour.
    CREATE TABLE compared (
        agent INTEGER NOT NULL,
        model INTEGER NOT NULL,
        calls INTEGER NOT NULL,
        stated_nano INTEGER NOT NULL,
        low_nano INTEGER NOT NULL,
        high_nano INTEGER NOT NULL,
        PRIMARY KEY (agent, model)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- How near a booked call is to the account that lists it: see `core.allocation.Via`.
    ALTER TABLE booked ADD COLUMN via INTEGER NOT NULL DEFAULT 3;
    -- What stays of a budget when it is renamed; empty: its scope. The scope of `books` is the identity.
    ALTER TABLE allocation ADD COLUMN owner_id TEXT NOT NULL DEFAULT '';
    -- Of a list of calls that was too long: older ones may be missing in it.
    ALTER TABLE asked ADD COLUMN since INTEGER;
    """,
    """
    -- When a budget was told that was not asked for with the rest of the statement; NULL: with it.
    ALTER TABLE allocation ADD COLUMN as_of INTEGER;
    """,
    """
    -- What was foretold of each budget, the first of each day (`day` counts them since the year 1), and what was last seen spent and when;
    -- `came_to_nano` is known once the period is over. `scope` is the identity.
    CREATE TABLE foretold (
        account TEXT NOT NULL,
        scope TEXT NOT NULL,
        period_start INTEGER NOT NULL,
        day INTEGER NOT NULL,
        resets_at INTEGER NOT NULL,
        most_nano INTEGER NOT NULL,
        low_nano INTEGER NOT NULL,
        high_nano INTEGER NOT NULL,
        chance REAL NOT NULL,
        spent_nano INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        came_to_nano INTEGER,
        PRIMARY KEY (account, scope, period_start, day)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- What was said to the user, or kept back: the inbox. Words are kept as they were given; the last two are of `core.inbox.InboxEntry`.
    CREATE TABLE notice (
        key TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        rule TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        why TEXT NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        subject TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        is_new INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX notice_at ON notice (at);
    -- What is not spoken of outside the windows, until then.
    CREATE TABLE snooze (about TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """,
    """
    -- How its owner marks where a budget or a window stands: `warning`, `critical`, or not at all.
    ALTER TABLE allocation ADD COLUMN severity TEXT NOT NULL DEFAULT '';
    ALTER TABLE quota ADD COLUMN severity TEXT NOT NULL DEFAULT '';
    """,
    """
    -- Responses of which another model was asked than answered: one of the identities of each, and both names, numbers of table `name`.
    CREATE TABLE asked_otherwise (key INTEGER PRIMARY KEY, at INTEGER NOT NULL, asked INTEGER NOT NULL, served INTEGER NOT NULL) STRICT;
    CREATE INDEX asked_otherwise_at ON asked_otherwise (at);
    -- What a gateway calls the model behind the name that it offers it under; empty: the same.
    ALTER TABLE booked ADD COLUMN deployment TEXT NOT NULL DEFAULT '';
    """,
    """
    -- Codex's records of single responses were passed over behind its counts: its logs are read again.
    DELETE FROM checkpoint WHERE source = 'codex';
    """,
)
"""`PRAGMA user_version` says how many of them a ledger has taken. Never edit one that was released."""
