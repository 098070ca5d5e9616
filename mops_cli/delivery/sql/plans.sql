-- A plan: who of an audience gets what and when. The audience itself is `audience_now` (audience/sql/people.sql).

-- name: places
-- Zones and locales as contacts have them.
SELECT DISTINCT 'zone' AS kind, coalesce(zone, '') AS said FROM contacts
UNION ALL SELECT DISTINCT 'locale', coalesce(locale, '') FROM contacts;

-- name: empty
-- Nobody yet. Labels are numbers, in their order (see plan/labels.py).
CREATE OR REPLACE TEMP TABLE plan_now (
    contact_id BIGINT, wave USMALLINT, place USMALLINT, tongue USMALLINT, arm USMALLINT, address_hash BLOB
);

-- name: part
-- Those of a part of the audience who may be written to, with locale, arm and time; or the reason why this send does
-- not reach them. The arm: md5 of `arm:<experiment>:<contact id>`, its last eight bytes as a little-endian number,
-- modulo 10,000, is the contact's bucket; the arms share the buckets in their order.
CREATE OR REPLACE TEMP TABLE plan_part AS
WITH dealt AS (
    SELECT contact_id, CASE WHEN bool_or(outcome = 'sent') THEN 'already sent'
                            WHEN bool_or(outcome = 'unknown') THEN 'in doubt' ELSE 'already tried' END AS reason
    FROM deliveries WHERE send = $mops_send AND channel = $mops_channel AND plan <> $mops_plan
      AND contact_id IN (SELECT contact_id FROM audience_now) GROUP BY contact_id
)
SELECT a.contact_id, z.wave, z.place, l.tongue, m.arm, a.address,
       CASE WHEN d.reason IS NOT NULL THEN d.reason WHEN m.arm IS NULL THEN 'held back' WHEN z.late THEN 'too late' END AS reason
FROM audience_now AS a
JOIN plan_zones AS z ON z.said = coalesce(a.zone, '')
JOIN plan_locales AS l ON l.said = coalesce(a.locale, '')
LEFT JOIN plan_arms AS m ON m.bucket = CASE WHEN $mops_experiment = '' THEN 0
    ELSE (md5_number_lower('arm:' || $mops_experiment || ':' || a.contact_id) % 10000)::INTEGER END
LEFT JOIN dealt AS d ON d.contact_id = a.contact_id
WHERE a.reason IS NULL;

-- name: take
-- They are written to.
INSERT INTO plan_now SELECT contact_id, wave, place, tongue, arm,
    unhex(left(sha256($mops_outer::BLOB || unhex(sha256($mops_inner::BLOB || encode($mops_channel || ':' || address)))), 32))
FROM plan_part WHERE reason IS NULL;

-- name: left_out
-- Who is left out of this send, by reason.
SELECT reason, count(*) FROM plan_part WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason;

-- name: forget
-- The people of the last plan.
DROP TABLE IF EXISTS plan_now; DROP TABLE IF EXISTS plan_part; DROP TABLE IF EXISTS plan_members;

-- name: rows
-- The frozen audience in its order.
SELECT contact_id, wave, tongue, arm, address_hash FROM plan_now ORDER BY wave, tongue, arm, contact_id;

-- name: counts
-- How many by zone, locale and arm.
SELECT place, tongue, arm, count(*) FROM plan_now GROUP BY ALL ORDER BY ALL;

-- name: reached_places
-- The destinations that another plan of the same send has dealt with.
SELECT DISTINCT destination FROM deliveries WHERE send = $send AND channel = $channel AND destination IS NOT NULL;

-- name: drift
-- Who came and who went, between the people of an earlier plan and those of now.
SELECT count(*) FILTER (before.contact_id IS NULL) AS joined, count(*) FILTER (n.contact_id IS NULL) AS gone
FROM plan_now AS n
FULL JOIN plan_before AS before ON before.contact_id = n.contact_id;

-- name: between
-- Who came and who went between two plans, and the first of them.
SELECT count(*) FILTER (b.contact_id IS NULL), count(*) FILTER (a.contact_id IS NULL),
       coalesce(min(a.contact_id, 20) FILTER (b.contact_id IS NULL), []),
       coalesce(min(b.contact_id, 20) FILTER (a.contact_id IS NULL), [])
FROM plan_after AS a FULL JOIN plan_before AS b ON a.contact_id = b.contact_id;

-- name: some
-- Rows for samples: of each locale and arm, the larger ones first; who they are has nothing to do with the choice.
SELECT locale, variant, count(*) AS people, arg_min(row, md5_number_lower('sample:' || contact_id), $most) AS rows
FROM plan_rows GROUP BY locale, variant ORDER BY people DESC, locale, variant;

-- name: members
-- An audience as a table, for a join with contacts that knows how many there are.
CREATE OR REPLACE TEMP TABLE plan_members AS SELECT contact_id, locale, variant FROM plan_rows
WHERE $share = 1 OR md5_number_lower('cost:' || contact_id) % $share = 0;

-- name: messages
-- What an SMS to each person depends on, with how many people it is the same for.
SELECT r.locale, r.variant, coalesce(k3.country, k2.country, k1.country, '') AS country<<columns>>, count(*) AS people
FROM contacts AS own JOIN plan_members AS r ON own.id = r.contact_id
LEFT JOIN plan_codes AS k1 ON k1.code = substr(own.phone, 2, 1)
LEFT JOIN plan_codes AS k2 ON k2.code = substr(own.phone, 2, 2)
LEFT JOIN plan_codes AS k3 ON k3.code = substr(own.phone, 2, 3)
GROUP BY ALL LIMIT $most;

-- name: begun
-- Plans of which something was sent.
SELECT DISTINCT plan FROM sends;

-- name: given_up
-- Plans of which something was cancelled.
SELECT DISTINCT plan FROM sends WHERE state = 'cancelled';
