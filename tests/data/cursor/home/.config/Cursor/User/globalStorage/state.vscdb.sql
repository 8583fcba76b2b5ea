CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
INSERT INTO cursorDiskKV VALUES
    ('composerData:0c0ffee0-0000-4000-8000-000000000001', '{"createdAt":1792000000000,"type":1}'),
    ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b1', '{"_v":3,"type":1,"bubbleId":"…","text":"…","tokenCount":{"inputTokens":0,"outputTokens":0},"createdAt":"2026-10-20T08:00:00.000Z"}'),
    ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b2', '{"_v":3,"type":2,"bubbleId":"…","text":"…","tokenCount":{"inputTokens":0,"outputTokens":0},"createdAt":"2026-10-20T08:00:05.000Z"}'),
    ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b3', '{"_v":3,"type":1,"bubbleId":"…","text":"…","tokenCount":{"inputTokens":0,"outputTokens":0},"createdAt":"2026-10-20T08:10:00.000Z"}'),
    ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b4', '{"_v":3,"type":1,"bubbleId":"…","text":"…","tokenCount":{"inputTokens":0,"outputTokens":0}}'),
    ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b5', NULL),
    ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b6', '{"type":1'),
    ('checkpointId:0c0ffee0-0000-4000-8000-000000000001:c1', '{"type":1,"createdAt":"2026-10-20T08:20:00.000Z"}');
INSERT INTO cursorDiskKV VALUES ('bubbleId:0c0ffee0-0000-4000-8000-000000000001:b1', '{"_v":3,"type":1,"bubbleId":"…","text":"…","tokenCount":{"inputTokens":0,"outputTokens":0},"createdAt":"2026-10-20T08:00:00.000Z","isAgentic":true}');
