CREATE TABLE tokens_generated (id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, provider TEXT NOT NULL,
  tokens_generated INTEGER NOT NULL, tokens_prompt INTEGER NOT NULL DEFAULT 0, timestamp DATETIME DEFAULT CURRENT_TIMESTAMP);
INSERT INTO tokens_generated VALUES (1, 'gpt-4o', 'openai', 40, 500, '2026-09-01 08:00:00'), (2, 'gpt-4o', 'openai', 40, 500, '2026-09-01 08:00:00'),
  (3, 'gpt-4o', 'openai', -1, 100, '2026-09-01 08:00:09'), (4, 'claude-sonnet-4-5', 'anthropic', 200, 1500, '2026-10-01 09:00:05'),
  (5, 'gpt-5.2', 'openai', 60, 800, '2026-10-01 09:00:20');
