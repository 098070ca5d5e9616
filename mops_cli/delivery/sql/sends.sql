-- What the owner of the store keeps about sends.

-- name: find
-- The rows of a send, newest plan last.
SELECT * FROM sends WHERE send = $send AND ($channel = '' OR channel = $channel) ORDER BY started_at, channel;

-- name: all
-- Every send, the newest first.
SELECT * FROM sends ORDER BY started_at DESC, send, channel;

-- name: unfinished
-- Sends that are not at their end.
SELECT * FROM sends WHERE state IN ('running', 'stopped') ORDER BY started_at, send, channel;

-- name: begin
-- A send starts.
INSERT INTO sends VALUES (
    $send, $channel, $campaign, $topic, $plan, $environment, $provider, $policy, 'running', $recipients, $shards,
    $first_at, $last_at, $not_after, $now, $now, NULL, NULL
);

-- name: state
-- A send changes its state.
UPDATE sends SET state = $state, changed_at = $now, why = $why,
    finished_at = CASE WHEN $state = 'finished' THEN $now ELSE finished_at END
WHERE send = $send AND channel = $channel AND plan = $plan;

-- name: outcomes
-- How many of each outcome.
SELECT send, channel, plan, outcome, count(*) FROM deliveries
WHERE $send = '' OR send = $send GROUP BY ALL ORDER BY ALL;

-- name: doubts
-- Who is in doubt.
SELECT channel, contact_id, destination, shard, number, occurred_at, said FROM deliveries
WHERE send = $send AND outcome = 'unknown' ORDER BY channel, number LIMIT $most;

-- name: reasons
-- Why somebody was not sent to.
SELECT channel, outcome, code, said, count(*) AS people FROM deliveries
WHERE send = $send AND outcome <> 'sent' GROUP BY ALL ORDER BY people DESC, outcome, said;

-- name: recipients
-- The ledger of a send, one line a recipient.
SELECT channel, shard, number, contact_id, destination, outcome, code, reference, occurred_at, said FROM deliveries
WHERE send = $send AND ($outcome = '' OR outcome = $outcome) ORDER BY channel, number LIMIT $most OFFSET $skip;

-- name: of_contact
-- Everything that was sent to one person.
SELECT send, channel, outcome, occurred_at, code, said FROM deliveries
WHERE contact_id = $id ORDER BY occurred_at DESC, send;

-- name: fold
-- Final outcomes of the ledger, as they are read.
INSERT INTO deliveries SELECT * FROM folded;

-- name: unlink
-- Links of a send are written anew.
DELETE FROM links WHERE reference IN (SELECT reference FROM linked);

-- name: link
-- Where links lead.
INSERT INTO links SELECT * FROM linked;

-- name: reached
-- Whom another plan of the same send has dealt with.
SELECT DISTINCT contact_id FROM deliveries
WHERE send = $send AND channel = $channel AND plan <> $plan AND contact_id IN (SELECT unnest($ids::BIGINT[]));

-- name: by_shard
-- How many outcomes each shard has.
SELECT shard, count(*) FROM deliveries WHERE send = $send AND channel = $channel AND plan = $plan GROUP BY shard;
