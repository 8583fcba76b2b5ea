CREATE TABLE agent_conversations (
    id INTEGER PRIMARY KEY NOT NULL, conversation_id TEXT NOT NULL, conversation_data TEXT NOT NULL,
    last_modified_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE ai_queries (
    id INTEGER PRIMARY KEY NOT NULL, exchange_id TEXT NOT NULL, conversation_id TEXT NOT NULL, start_ts DATETIME NOT NULL, input TEXT NOT NULL,
    working_directory TEXT, output_status TEXT NOT NULL, model_id TEXT NOT NULL DEFAULT ''
);
INSERT INTO agent_conversations VALUES
    (1, 'c-one', '{"server_conversation_token":"…","conversation_usage_metadata":{"credits_spent":3.5,"token_usage":[{"model_id":"claude-sonnet-4-5","warp_tokens":900,"byok_tokens":100},{"model_id":"gpt-5-mini","warp_tokens":0,"custom_endpoint_tokens":50}]}}', '2026-10-18 09:00:00'),
    (2, 'c-two', '{"server_conversation_token":"…","conversation_usage_metadata":{"credits_spent":3.5,"token_usage":[{"model_id":"gpt-5-mini","warp_tokens":170}],"cumulative_token_cost_by_model":{"gpt-5-mini":{"total_input":150,"output":20,"input_cache_read":100,"input_cache_write":10,"input_cost_in_cents":4.0,"output_cost_in_cents":2.5,"input_cache_read_cost_in_cents":0.5,"input_cache_write_cost_in_cents":0.25}}}}', '2026-10-19 09:00:00.500000'),
    (3, 'c-three', '{"conversation_usage_metadata":null}', '2026-10-19 10:00:00'),
    (4, 'c-four', '{', '2026-10-19 11:00:00');
INSERT INTO ai_queries VALUES
    (1, 'x-1', 'c-one', '2026-10-18 08:00:00', '[{"Query":{"text":"…","context":[]}}]', '/home/grace/work/orchard', '"Completed"', 'auto'),
    (2, 'x-2', 'c-one', '2026-10-18 08:00:10', '[{"ActionResult":{}}]', '/home/grace/work/orchard', '"Completed"', 'auto'),
    (3, 'x-3', 'c-one', '2026-10-18 08:40:00', '[{"Query":{"text":"…","context":[]}}]', '/home/grace/work/orchard', '"Completed"', 'auto'),
    (4, 'x-4', 'c-two', '2026-10-19 08:59:00', '[{"Query":{"text":"…","context":[]}}]', NULL, '"Completed"', 'auto');
