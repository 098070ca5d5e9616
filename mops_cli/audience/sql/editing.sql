-- Profiles changed by hand: see editing.py and merging.py. The slots are names and expressions of ours, never values.

-- name: typed
-- A value as its type, as text; NULL when it is not of it.
WITH zone_names AS (SELECT DISTINCT name FROM pg_timezone_names() WHERE regexp_full_match(name, $zone))
SELECT <<shown>> FROM (SELECT nullif(trim($value), '') AS cell WHERE $zone IS NOT NULL);

-- name: new
-- An empty profile.
INSERT INTO contacts (id, created_at, updated_at) VALUES (nextval('contact_ids'), $now, $now);

-- name: newest
-- The number of the profile that was added last.
SELECT max(id) FROM contacts;

-- name: now
-- The fields of one contact, as text.
SELECT <<columns>> FROM contacts WHERE id = $id;

-- name: taken
-- Another contact with this address or id.
SELECT min(id) FROM contacts WHERE <<column>> = $value AND id <> $id;

-- name: set
-- The new values.
UPDATE contacts SET <<assignments>>, updated_at = $now WHERE id = $id;

-- name: extra
-- A field that nobody declared.
UPDATE contacts SET extra = json_merge_patch(coalesce(extra::JSON, '{}'::JSON), $patch::JSON)::VARIANT WHERE id = $id;

-- name: both
-- Two profiles, the one that stays first.
SELECT id, updated_at FROM contacts WHERE id IN ($gone, $into) ORDER BY id = $gone;

-- name: merge_extra
-- What neither profile declared, the winner's over the other's.
UPDATE contacts SET extra = json_merge_patch(
    coalesce((SELECT extra::JSON FROM contacts WHERE id = $loser), '{}'::JSON),
    coalesce((SELECT extra::JSON FROM contacts WHERE id = $winner), '{}'::JSON)
)::VARIANT
WHERE id = $into AND (SELECT count(extra) FROM contacts WHERE id IN ($winner, $loser)) > 0;

-- name: merge_field
-- A declared field of the other profile.
UPDATE contacts SET <<column>> = (SELECT <<column>> FROM contacts WHERE id = $gone) WHERE id = $into;

-- name: merge_seen
-- Known since the earlier of the two moments.
UPDATE contacts
SET created_at = (SELECT min(created_at) FROM contacts WHERE id IN ($gone, $into)), updated_at = $now
WHERE id = $into;

-- name: merge_addresses
-- Addresses of other channels.
INSERT INTO other_addresses SELECT $into, channel, address, added_at FROM other_addresses AS o
WHERE contact_id = $gone AND NOT EXISTS (
    SELECT 1 FROM other_addresses WHERE contact_id = $into AND channel = o.channel AND address = o.address
);

-- name: merge_old_address
-- An address that the profile does not keep: known, and out of use.
INSERT INTO other_addresses SELECT $into, $channel, $address, $now;

-- name: merge_old_state
-- Out of use.
INSERT INTO address_states VALUES ($into, $channel, $address, 'unreachable', $now, 'another address since a merge');

-- name: merge_states
-- What is known about addresses.
INSERT INTO address_states SELECT $into, channel, address, state, changed_at, reason FROM address_states WHERE contact_id = $gone;

-- name: merge_consent
-- What the other profile said, in its order, with its times.
INSERT INTO consent_log
SELECT nextval('consent_numbers'), $into, topic, channel, state, occurred_at, source, wording_hash, $now
FROM (SELECT * FROM consent_log WHERE contact_id = $gone ORDER BY number);

-- name: withdrawn
-- What either of them took back.
SELECT DISTINCT topic, channel FROM consent WHERE contact_id IN ($gone, $into) AND state = 'withdrawn' ORDER BY ALL;

-- name: merge_withdrawn
-- Who took it back once, did so in both profiles.
INSERT INTO consent_log
SELECT nextval('consent_numbers'), $into, topic, channel, 'withdrawn', greatest($now, occurred_at), $source, NULL, $now
FROM (
    SELECT topic, channel, occurred_at FROM consent
    WHERE contact_id = $into AND topic = $topic AND channel = $channel AND state = 'given'
);

-- name: merged
-- Where later news of the other profile belong.
INSERT INTO merges VALUES ($gone, $into, $now);

-- name: merged_before
-- Those that were merged into it before go along.
INSERT INTO merges SELECT contact_id, $into, merged_at FROM merges WHERE into_id = $gone;
