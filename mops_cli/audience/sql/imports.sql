-- The import: raw texts -> typed values -> who is who -> merged -> written. The slots are column lists made from the
-- catalogue and from c0, c1, …; values travel as parameters or in the tables. See imports.py and staging.py.

-- name: clear
-- Nothing of an import that failed is left.
DROP TABLE IF EXISTS import_raw; DROP TABLE IF EXISTS import_typed; DROP TABLE IF EXISTS import_refused;
DROP TABLE IF EXISTS import_accepted; DROP TABLE IF EXISTS import_merged; DROP TABLE IF EXISTS zone_names;

-- name: begin
-- The rows of the file as they stand there, and what is wrong with them.
CREATE TEMP TABLE import_raw (row BIGINT, <<columns>>);
CREATE TEMP TABLE import_refused (row BIGINT, place VARCHAR, reason VARCHAR);
CREATE TEMP TABLE zone_names AS
SELECT DISTINCT name FROM pg_timezone_names() WHERE regexp_full_match(name, $zone);

-- name: take
-- One batch of the file.
INSERT INTO import_raw SELECT * FROM import_batch;

-- name: type
-- Every cell as the type of its field; `bad` where a cell is given and has no value of that type.
CREATE TEMP TABLE import_typed AS
SELECT row, <<kept>>, <<bad>> AS bad FROM (SELECT *, <<values>> FROM import_raw);

-- name: any_bad
-- Whether any cell is wrong at all.
SELECT coalesce(bool_or(bad), false) FROM import_typed;

-- name: refuse_cells
-- The rows whose cell in one column is wrong.
INSERT INTO import_refused
SELECT row, $place, $reason FROM import_typed JOIN import_raw USING (row) WHERE bad AND <<wrong>>;

-- name: refuse_twice
-- The same key further up in the file.
INSERT INTO import_refused
WITH twice AS (
    SELECT <<key>> AS key, min(row) AS first_row FROM import_typed
    WHERE NOT bad AND <<key>> IS NOT NULL GROUP BY <<key>> HAVING count(*) > 1
)
SELECT row, $place, 'the same as in row ' || first_row FROM import_typed JOIN twice ON <<key>> = key
WHERE NOT bad AND row > first_row;

-- name: refuse_nobody
-- Nothing tells who this is.
INSERT INTO import_refused
SELECT row, '', $reason FROM import_typed WHERE NOT bad AND coalesce(<<keys>>) IS NULL;

-- name: place
-- Who is who: the contact with the same key, else with another of its identities.
CREATE TEMP TABLE import_accepted AS
SELECT t.row, coalesce(<<found>>) AS id, false AS added, <<clash>> AS clash
FROM import_typed AS t <<joins>>
WHERE NOT t.bad AND t.row NOT IN (SELECT row FROM import_refused);

-- name: refuse_clashes
-- Two contacts claim the row, or two rows claim the contact.
INSERT INTO import_refused
SELECT row, '', 'parts of it belong to another contact' FROM import_accepted WHERE clash
UNION ALL
SELECT row, '', 'the same contact as in row ' || first_row
FROM (SELECT row, clash, min(row) OVER (PARTITION BY id) AS first_row FROM import_accepted WHERE id IS NOT NULL)
WHERE NOT clash AND row > first_row;

-- name: refuse_incomplete
-- A new contact without a field that must not be empty.
INSERT INTO import_refused
SELECT row, $place, 'a new contact needs it' FROM import_accepted JOIN import_typed USING (row)
WHERE id IS NULL AND <<empty>>;

-- name: drop_refused
-- What was refused after it was placed.
DELETE FROM import_accepted WHERE row IN (SELECT row FROM import_refused);

-- name: number
-- New contacts get their ids, in the order of the file; a dry run takes none from the sequence.
UPDATE import_accepted SET id = fresh.id, added = true
FROM (SELECT row, <<next>> AS id FROM (SELECT row FROM import_accepted WHERE id IS NULL ORDER BY row)) AS fresh
WHERE import_accepted.row = fresh.row;

-- name: merge
-- What the known contacts become; only those that change.
CREATE TEMP TABLE import_merged AS
SELECT a.id, <<merged>>, <<merged_extra>> AS extra, <<stamp>> AS updated_at
FROM import_accepted AS a JOIN import_typed AS t USING (row) JOIN contacts AS c ON c.id = a.id
WHERE NOT a.added AND (<<different>>);

-- name: insert
-- The new contacts.
INSERT INTO contacts (id, <<fields>>, extra, created_at, updated_at)
SELECT a.id, <<values>>, <<extra>>, $now, <<stamp>>
FROM import_accepted AS a JOIN import_typed AS t USING (row) WHERE a.added ORDER BY a.row;

-- name: update
-- The changed contacts.
UPDATE contacts SET <<assignments>> FROM import_merged AS m WHERE contacts.id = m.id;

-- name: counts
-- Rows in the file that could be read, new, changed, known.
SELECT (SELECT count(*) FROM import_raw), (SELECT count(*) FROM import_accepted WHERE added),
       (SELECT count(*) FROM import_merged), (SELECT count(*) FROM import_accepted WHERE NOT added),
       (SELECT count(DISTINCT row) FROM import_refused);

-- name: refused
-- The refused rows, for the file of errors.
SELECT f.row, f.place, f.reason, <<cells>>
FROM import_refused AS f JOIN import_raw AS r USING (row) ORDER BY f.row, f.place;

-- name: last_word
-- The number of the last word about consent.
SELECT coalesce(max(number), 0) FROM consent_log;

-- name: written
-- The contacts that are new or changed.
id IN (SELECT id FROM import_accepted WHERE added UNION ALL SELECT id FROM import_merged) ORDER BY id;

-- name: consent
-- Consent for the accepted rows; whoever withdrew stays so, and saying it again adds nothing.
INSERT INTO consent_log
SELECT nextval('consent_numbers'), a.id, $topic, $channel, 'given', $at, $source, $wording, $now
FROM import_accepted AS a
LEFT JOIN (SELECT * FROM consent WHERE topic = $topic AND channel = $channel) AS held ON held.contact_id = a.id
WHERE held.state IS NULL;

-- name: consent_kept
-- How many of the accepted rows withdrew before.
SELECT count(*) FROM import_accepted AS a JOIN consent AS held ON held.contact_id = a.id
WHERE held.topic = $topic AND held.channel = $channel AND held.state = 'withdrawn';

-- name: record
-- The import itself.
INSERT INTO imports VALUES ($id, $now, $file, $hash, $rule, $added, $changed, $same, $refused);
