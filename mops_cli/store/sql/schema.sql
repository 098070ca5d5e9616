-- The store's own version.

-- name: has_version
-- Whether this is a store at all, and whether it is empty.
SELECT count(*) FILTER (table_name = 'schema_version'), count(*) FROM information_schema.tables
WHERE table_schema = 'main' AND table_catalog = current_database();

-- name: version
-- The newest migration that was applied.
SELECT coalesce(max(version), 0) FROM schema_version;

-- name: applied
-- A migration was applied.
INSERT INTO schema_version VALUES ($version, $at);

-- name: tables
-- The store's tables.
SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY table_name;

-- name: size
-- How many rows one of them has.
SELECT count(*) FROM <<table>>;

-- name: offsets
-- How far each stream has been read.
SELECT stream, offset_seq, updated_at FROM stream_offsets ORDER BY stream;

-- name: checkpoint
-- Bring everything from the log into the file.
FORCE CHECKPOINT;
