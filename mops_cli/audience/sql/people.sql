-- People: found, shown, taken away; what they agreed to; whom not to write to; who is written to.

-- name: find
-- A contact by any of the things people call it.
SELECT id FROM contacts
WHERE id = try_cast($who AS BIGINT) OR email = lower($who) OR phone = $who OR external_id = $who
   OR id IN (SELECT into_id FROM merges WHERE contact_id = try_cast($who AS BIGINT))
ORDER BY id LIMIT 2;

-- name: profile
-- The row of one contact.
SELECT * REPLACE (extra::JSON AS extra <<replaced>>) FROM contacts WHERE id = $id;

-- name: addresses
-- Its addresses with their states.
SELECT channel, address, state, changed_at, reason FROM addresses WHERE contact_id = $id ORDER BY channel, address;

-- name: consents
-- What it agreed to.
SELECT topic, channel, state, occurred_at, source, wording_hash FROM consent WHERE contact_id = $id ORDER BY topic, channel;

-- name: consent_history
-- Everything it ever said.
SELECT number, topic, channel, state, occurred_at, source, wording_hash, recorded_at
FROM consent_log WHERE contact_id = $id ORDER BY number;

-- name: latest_events
-- What happened last.
SELECT occurred_at, kind, campaign, channel FROM events WHERE contact_id = $id ORDER BY occurred_at DESC, id LIMIT 20;

-- name: list
-- Contacts, the oldest first.
SELECT id, coalesce(email, phone, external_id) AS address, locale, zone, created_at
FROM contacts ORDER BY id LIMIT $most;

-- name: total
-- How many there are.
SELECT count(*) FROM contacts;

-- name: extra_names
-- The fields that somebody has without a declaration.
SELECT DISTINCT unnest(json_keys(extra::JSON)) AS name FROM contacts WHERE extra IS NOT NULL ORDER BY name;

-- name: export
-- Everybody, one column a field.
SELECT <<columns>> FROM contacts ORDER BY id;

-- name: say
-- A word about consent.
INSERT INTO consent_log
VALUES (nextval('consent_numbers'), $id, $topic, $channel, $state, $at, $source, $wording, $now);

-- name: consent_totals
-- How many agreed, and how many took it back.
SELECT topic, channel, count(*) FILTER (state = 'given') AS given, count(*) FILTER (state = 'withdrawn') AS withdrawn
FROM consent GROUP BY topic, channel ORDER BY topic, channel;

-- name: suppress
-- Never write to this address.
INSERT INTO suppressions SELECT $channel, $hash, $reason, $source, $now
WHERE NOT EXISTS (SELECT 1 FROM suppressions WHERE channel = $channel AND hash = $hash);

-- name: suppressed
-- Why an address must not be written to.
SELECT reason, source, created_at FROM suppressions WHERE channel = $channel AND hash = $hash;

-- name: suppression_totals
-- How many, and why.
SELECT channel, reason, count(*) FROM suppressions GROUP BY channel, reason ORDER BY channel, reason;

-- name: audience_asked
-- Whom the segment holds.
CREATE OR REPLACE TEMP TABLE audience_asked AS SELECT DISTINCT contact_id FROM (<<segment>>) AS s(contact_id);

-- name: audience_excluded
-- Whom it leaves out.
CREATE OR REPLACE TEMP TABLE audience_excluded AS SELECT DISTINCT contact_id FROM (<<excluded>>) AS e(contact_id);

-- name: audience_capped
-- Who has had enough for now.
CREATE OR REPLACE TEMP TABLE audience_capped AS SELECT DISTINCT contact_id FROM (<<capped>>) AS e(contact_id);

-- name: reached
-- Those who have had as many messages as a cap allows.
SELECT contact_id FROM deliveries
WHERE outcome = 'sent' AND occurred_at > $since AND send <> $send AND contact_id <> 0
  AND ($channel = '' OR channel = $channel)
  AND (send, channel) IN (
      SELECT (send, channel) FROM sends
      WHERE environment = $environment AND topic IN (SELECT unnest($topics::VARCHAR[]))
  )
GROUP BY contact_id HAVING count(*) >= $most;

-- name: audience_range
-- The smallest and the largest id that is asked for.
SELECT min(contact_id), max(contact_id), count(*) FROM audience_asked;

-- name: audience_empty
-- Nobody yet.
CREATE OR REPLACE TEMP TABLE audience_now (
    contact_id BIGINT, address VARCHAR, locale VARCHAR, zone VARCHAR, reason VARCHAR
);

-- name: audience
-- Everybody in the segment with the first reason that holds against writing to them; no reason: they are written to.
-- One range of ids at a time, so that the memory it takes does not grow with how many they are. Of several addresses
-- it is an active one.
INSERT INTO audience_now
WITH known AS (
    SELECT contact_id, address, arg_max(state, changed_at) = 'active' AS active FROM address_states
    WHERE channel = $mops_channel AND contact_id BETWEEN $mops_low AND $mops_high GROUP BY contact_id, address
),
others AS (
    SELECT contact_id, max({'active': coalesce(active, true), 'address': address}) AS best
    FROM other_addresses LEFT JOIN known USING (contact_id, address)
    WHERE channel = $mops_channel AND contact_id BETWEEN $mops_low AND $mops_high GROUP BY contact_id
),
said AS (
    SELECT contact_id, arg_max(state, (occurred_at, number)) AS state FROM consent_log
    WHERE topic = $mops_topic AND channel = $mops_channel AND contact_id BETWEEN $mops_low AND $mops_high GROUP BY contact_id
),
hushed AS (SELECT hash FROM suppressions WHERE channel = $mops_channel),
excluded AS (SELECT contact_id FROM audience_excluded WHERE contact_id BETWEEN $mops_low AND $mops_high),
capped AS (SELECT contact_id FROM audience_capped WHERE contact_id BETWEEN $mops_low AND $mops_high),
own AS (
    SELECT id, locale, zone, CASE $mops_channel WHEN 'email' THEN email WHEN 'sms' THEN phone END AS address
    FROM contacts WHERE id BETWEEN $mops_low AND $mops_high
    AND id IN (SELECT contact_id FROM audience_asked WHERE contact_id BETWEEN $mops_low AND $mops_high)
),
reached AS (
    SELECT own.id, own.locale, own.zone, others.best AS other,
           CASE WHEN own.address IS NOT NULL THEN {'active': coalesce(known.active, true), 'address': own.address} END AS mine
    FROM own LEFT JOIN known ON known.contact_id = own.id AND known.address = own.address
    LEFT JOIN others ON others.contact_id = own.id
),
best AS (
    SELECT id, locale, zone, CASE WHEN mine IS NULL OR other > mine THEN other ELSE mine END AS best FROM reached
)
SELECT c.id AS contact_id, c.best.address AS address, c.locale, c.zone,
       CASE WHEN c.best IS NULL THEN 'no address'
            WHEN NOT c.best.active THEN 'address out of use'
            WHEN NOT $mops_transactional AND said.state IS NULL THEN 'no consent'
            WHEN NOT $mops_transactional AND said.state <> 'given' THEN 'consent withdrawn'
            WHEN c.id IN (SELECT contact_id FROM excluded) THEN 'excluded'
            WHEN EXISTS (SELECT 1 FROM hushed) AND
                 sha256($mops_outer::BLOB || unhex(sha256($mops_inner::BLOB || encode($mops_channel || ':' || c.best.address))))
                 IN (SELECT hash FROM hushed) THEN 'suppressed'
            WHEN c.id IN (SELECT contact_id FROM capped) THEN 'capped'
       END AS reason
FROM best AS c LEFT JOIN said ON said.contact_id = c.id;

-- name: audience_people
-- Those who are written to.
SELECT contact_id, address, locale, zone FROM audience_now WHERE reason IS NULL ORDER BY contact_id;

-- name: audience_reasons
-- Those who are not, by reason.
SELECT reason, count(*) FROM audience_now WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason;

-- name: audience_forget
-- The tables of the last answer.
DROP TABLE IF EXISTS audience_now; DROP TABLE IF EXISTS audience_asked; DROP TABLE IF EXISTS audience_excluded;
DROP TABLE IF EXISTS audience_capped;

-- name: everybody
-- The segment of everybody.
SELECT id FROM contacts;

-- name: these
-- The segment of these people, to look again before a hand-over.
SELECT unnest($mops_ids::BIGINT[]);

-- name: add_address
-- An address of another channel.
INSERT INTO other_addresses SELECT $id, $channel, $address, $now
WHERE NOT EXISTS (
    SELECT 1 FROM other_addresses WHERE contact_id = $id AND channel = $channel AND address = $address
);

-- name: mark_address
-- What became of an address.
INSERT INTO address_states VALUES ($id, $channel, $address, $state, $at, $reason);
