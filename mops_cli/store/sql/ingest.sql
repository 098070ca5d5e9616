-- Events of a stream into the store, exactly once: see ingest.py.

-- name: offset
-- The number of the last message of a stream that is stored.
SELECT offset_seq FROM stream_offsets WHERE stream = $stream;

-- name: begin
-- A stream that was never read.
INSERT INTO stream_offsets VALUES ($stream, 0, $now);

-- name: advance
-- The batch and this are committed together.
UPDATE stream_offsets SET offset_seq = $last, updated_at = $now WHERE stream = $stream;

-- name: store
-- The events of one kind: declared fields into their columns as far as they fit, the rest into `data`.
INSERT INTO events (
    id, kind, occurred_at, received_at, source, contact_id, campaign, send, step, channel, variant, link, value, currency,
    machine_score, data <<columns>>
)
SELECT id, kind, coalesce(try_cast(occurred_at AS TIMESTAMPTZ)::TIMESTAMP, $now),
       coalesce(try_cast(received_at AS TIMESTAMPTZ)::TIMESTAMP, $now), source, try_cast(contact AS BIGINT), campaign, send,
       step, channel, variant, link, try_cast(value AS DECIMAL(18, 4)), currency, try_cast(machine_score AS DOUBLE),
       (<<rest>>)::VARIANT <<values>>
FROM event_batch WHERE kind = $kind ORDER BY number;

-- name: consent
-- What people said reaches the consent log in the same transaction.
INSERT INTO consent_log
SELECT nextval('consent_numbers'), try_cast(contact AS BIGINT), data::JSON ->> 'topic', channel,
       CASE kind WHEN 'consent.given' THEN 'given' ELSE 'withdrawn' END, coalesce(try_cast(occurred_at AS TIMESTAMPTZ)::TIMESTAMP, $now),
       coalesce(source, 'event'), data::JSON ->> 'wording_hash', $now
FROM event_batch
WHERE kind IN ('consent.given', 'consent.withdrawn') AND try_cast(contact AS BIGINT) IS NOT NULL
  AND data::JSON ->> 'topic' IS NOT NULL AND channel IS NOT NULL
ORDER BY number;
