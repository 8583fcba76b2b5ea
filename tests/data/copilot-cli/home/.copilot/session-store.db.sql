CREATE TABLE sessions (id TEXT PRIMARY KEY, cwd TEXT, repository TEXT, branch TEXT, summary TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE assistant_usage_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, turn_index INTEGER, model TEXT, copilot_usage_model TEXT, input_tokens INTEGER,
    output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, reasoning_tokens INTEGER, total_nano_aiu INTEGER,
    duration_ms INTEGER, created_at TEXT
);
INSERT INTO sessions VALUES ('0a0a-one', '/home/grace/work/orchard', NULL, NULL, NULL, '2026-10-08 08:00:00', NULL);
INSERT INTO assistant_usage_events VALUES
    (1, '0a0a-one', 0, 'gpt-5-mini', NULL, 21000, 100, 20000, 500, 40, 556570000, 1234, '2026-10-08 08:00:05'),
    (2, '0a0a-one', 0, 'gpt-5-mini', 'claude-sonnet-4-5', 1000, 50, 0, 0, 0, 0, NULL, '2026-10-08 08:00:15'),
    (3, '0a0a-one', 1, 'gpt-5-mini', NULL, -4, 7, 0, 0, 0, NULL, NULL, '2026-10-09T08:00:15Z'),
    (4, '0b0b-two', 0, 'gpt-5-mini', NULL, 'some', 3, 0, 0, 0, NULL, NULL, '2026-10-09T09:00:00Z'),
    (5, '0b0b-two', 0, 'gpt-5-mini', NULL, 0, 0, 0, 0, 0, NULL, NULL, '2026-10-09T09:00:00Z');
