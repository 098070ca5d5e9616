-- The journal of people: see recording.py and replaying.py. The slots are names from the catalogue, never values.

-- name: columns
-- The columns of a table with their types.
SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table AND NOT internal ORDER BY column_index;

-- name: sequences
-- The last numbers that were given.
SELECT sequence_name, last_value, start_value FROM duckdb_sequences() ORDER BY sequence_name;

-- name: sequence
-- Go on after a number.
CREATE OR REPLACE SEQUENCE <<name>> START <<next>>;

-- name: returning
-- A statement that inserts, and the rows as they were stored.
<<insert>> RETURNING * <<shown>>;

-- name: rows
-- Rows as an entry holds them.
SELECT * <<shown>> FROM <<table>> WHERE <<which>>;

-- name: people
-- The contacts with these numbers.
id IN (SELECT unnest($ids::BIGINT[]));

-- name: event
-- What happened, for those who look at events.
INSERT INTO events (id, kind, occurred_at, received_at, source, contact_id, channel, data)
VALUES ($id, $kind, $at, $at, $source, $contact, $channel, $data::JSON::VARIANT);

-- name: add
-- Rows of an entry that are new.
INSERT INTO <<table>> (<<columns>>) SELECT <<values>> FROM journal_part AS r;

-- name: change
-- Rows of an entry that are known by their number.
UPDATE <<table>> SET <<assignments>> FROM (SELECT <<named>> FROM journal_part AS r) AS n WHERE <<table>>.id = n.id;

-- name: add_unknown
-- Those that are not.
INSERT INTO <<table>> (<<columns>>)
SELECT <<values>> FROM journal_part AS r WHERE CAST(r.id AS BIGINT) NOT IN (SELECT id FROM <<table>>) ORDER BY CAST(r.id AS BIGINT);

-- name: move
-- All rows of one contact are another's.
UPDATE <<table>> SET contact_id = $b WHERE contact_id = $a;

-- name: drop
-- Rows of an entry that are gone.
DELETE FROM <<table>> WHERE EXISTS (SELECT 1 FROM journal_part AS r WHERE <<same>>);
