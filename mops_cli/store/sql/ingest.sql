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
       coalesce(try_cast(received_at AS TIMESTAMPTZ)::TIMESTAMP, $now), source, coalesce(into_id, try_cast(contact AS BIGINT)), campaign, send,
       step, channel, variant, link, try_cast(value AS DECIMAL(18, 4)), currency, try_cast(machine_score AS DOUBLE),
       (<<rest>>)::VARIANT <<values>>
FROM event_batch LEFT JOIN merges ON merges.contact_id = try_cast(contact AS BIGINT)
WHERE kind = $kind ORDER BY number;

-- name: last_word
-- The number of the last word about consent.
SELECT coalesce(max(number), 0) FROM consent_log;

-- name: consent
-- What people said reaches the consent log in the same transaction; what it holds already is passed over.
INSERT INTO consent_log
SELECT nextval('consent_numbers'), said.* FROM (
    SELECT coalesce(into_id, try_cast(contact AS BIGINT)) AS contact_id, data::JSON ->> 'topic' AS topic, channel,
           CASE kind WHEN 'consent.given' THEN 'given' ELSE 'withdrawn' END AS state,
           coalesce(try_cast(occurred_at AS TIMESTAMPTZ)::TIMESTAMP, $now) AS occurred_at, coalesce(source, 'event') AS source,
           data::JSON ->> 'wording_hash' AS wording_hash, $now
    FROM event_batch LEFT JOIN merges ON merges.contact_id = try_cast(contact AS BIGINT)
    WHERE kind IN ('consent.given', 'consent.withdrawn') AND try_cast(contact AS BIGINT) IS NOT NULL
      AND data::JSON ->> 'topic' IS NOT NULL AND channel IS NOT NULL
    ORDER BY number
) AS said ANTI JOIN consent_log AS known USING (contact_id, topic, channel, state, occurred_at, source);
