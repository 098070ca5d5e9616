-- Recipients of a send, right before a hand-over.

-- name: recipients
-- Address, fields and the first reason against writing to some people, by id. Every table is narrowed to the range of
-- the ids before anything else happens to it, so that a million contacts cost no more than a thousand.
WITH ids AS (SELECT unnest($mops_ids::BIGINT[]) AS id),
own AS (
    SELECT c.* FROM contacts AS c WHERE c.id BETWEEN $mops_low AND $mops_high AND c.id IN (SELECT id FROM ids)
),
listed AS (
    SELECT id AS contact_id, CASE $mops_channel WHEN 'email' THEN email WHEN 'sms' THEN phone END AS address FROM own
    UNION ALL
    SELECT contact_id, address FROM other_addresses
    WHERE channel = $mops_channel AND contact_id BETWEEN $mops_low AND $mops_high
      AND contact_id IN (SELECT id FROM ids)
),
known AS (
    SELECT contact_id, address, arg_max(state, changed_at) AS state FROM address_states
    WHERE channel = $mops_channel AND contact_id BETWEEN $mops_low AND $mops_high
      AND contact_id IN (SELECT id FROM ids)
    GROUP BY contact_id, address
),
reachable AS (
    SELECT contact_id, arg_max(address, (coalesce(state, 'active') = 'active', address)) AS address,
           bool_or(coalesce(state, 'active') = 'active') AS active
    FROM listed LEFT JOIN known USING (contact_id, address) WHERE address IS NOT NULL GROUP BY contact_id
),
said AS (
    SELECT contact_id, arg_max(state, (occurred_at, number)) AS state FROM consent_log
    WHERE topic = $mops_topic AND channel = $mops_channel AND contact_id BETWEEN $mops_low AND $mops_high
      AND contact_id IN (SELECT id FROM ids)
    GROUP BY contact_id
),
hushed AS (SELECT hash FROM suppressions WHERE channel = $mops_channel)
SELECT own.id AS contact_id, coalesce(reachable.address, '') AS address,
       CASE WHEN reachable.address IS NULL THEN 'no address'
            WHEN NOT reachable.active THEN 'address out of use'
            WHEN NOT $mops_transactional AND said.state IS NULL THEN 'no consent'
            WHEN NOT $mops_transactional AND said.state <> 'given' THEN 'consent withdrawn'
            WHEN EXISTS (SELECT 1 FROM hushed) AND
                 sha256($mops_outer::BLOB || unhex(sha256($mops_inner::BLOB || encode($mops_channel || ':' || reachable.address))))
                 IN (SELECT hash FROM hushed) THEN 'suppressed'
            ELSE '' END AS blocked<<columns>>
FROM own LEFT JOIN reachable ON reachable.contact_id = own.id LEFT JOIN said ON said.contact_id = own.id;

-- name: dead
-- Addresses behind which nobody is: the one that is written to, of each of these contacts.
INSERT INTO address_states
WITH ids AS (SELECT unnest($ids::BIGINT[]) AS contact_id)
SELECT contact_id, $channel, arg_max(address, (state = 'active', address)), 'bounced', $now, $reason
FROM addresses JOIN ids USING (contact_id) WHERE channel = $channel GROUP BY contact_id;
