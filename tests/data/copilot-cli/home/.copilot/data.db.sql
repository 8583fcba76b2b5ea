CREATE TABLE sessions (
    id TEXT PRIMARY KEY, title TEXT, model TEXT, total_input_tokens INTEGER, total_output_tokens INTEGER, total_cached_tokens INTEGER,
    total_reasoning_tokens INTEGER, total_nano_aiu INTEGER, created_at TEXT
);
INSERT INTO sessions VALUES
    ('0c0c-three', 'told better elsewhere', 'auto', 11000, 170, 9500, 0, 150, '2026-10-10T08:00:00Z'),
    ('0e0e-five', 'only here', 'gpt-5-mini', 4000, 200, 3000, 50, 20000000000, '2026-10-13T08:00:00Z'),
    ('0f0f-six', 'nothing', 'gpt-5-mini', 0, 0, 0, 0, 0, '2026-10-13T08:00:00Z');
