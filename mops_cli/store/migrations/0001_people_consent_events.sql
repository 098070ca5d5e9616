-- Instants are TIMESTAMP in UTC. There are no indexes: one writer keeps keys unique (audience/imports), and a table
-- with an index can neither be altered when a declaration changes nor take a large import quickly.

CREATE TABLE schema_version (version INTEGER NOT NULL, applied_at TIMESTAMP NOT NULL);

-- Which declared fields of mops.toml are columns now, and of what type; compared at every opening.
CREATE TABLE declared_columns (owner VARCHAR NOT NULL, name VARCHAR NOT NULL, type VARCHAR NOT NULL);

CREATE SEQUENCE contact_ids;

-- One row a person. Declared fields follow as typed columns; everything else is in `extra`.
CREATE TABLE contacts (
    id BIGINT NOT NULL,
    external_id VARCHAR,
    email VARCHAR,
    phone VARCHAR,
    locale VARCHAR,
    zone VARCHAR,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    extra VARIANT
);

-- Addresses beside email and phone: push endpoints, chat ids.
CREATE TABLE other_addresses (
    contact_id BIGINT NOT NULL,
    channel VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    added_at TIMESTAMP NOT NULL
);

-- What is known about an address; no row means that it is active. It holds for this address, not for its successor.
CREATE TABLE address_states (
    contact_id BIGINT NOT NULL,
    channel VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    reason VARCHAR
);

-- Every address of every person with its state; the newest state counts.
CREATE VIEW addresses AS
WITH listed AS (
    SELECT id AS contact_id, 'email' AS channel, email AS address FROM contacts WHERE email IS NOT NULL
    UNION ALL
    SELECT id, 'sms', phone FROM contacts WHERE phone IS NOT NULL
    UNION ALL
    SELECT contact_id, channel, address FROM other_addresses
),
known AS (
    SELECT contact_id, channel, address, arg_max(state, changed_at) AS state,
           max(changed_at) AS changed_at, arg_max(reason, changed_at) AS reason
    FROM address_states GROUP BY contact_id, channel, address
)
SELECT listed.contact_id, listed.channel, listed.address, coalesce(known.state, 'active') AS state,
       known.changed_at, known.reason
FROM listed LEFT JOIN known USING (contact_id, channel, address);

CREATE SEQUENCE consent_numbers;

-- What people said, in the order it was recorded; rows are only ever added.
CREATE TABLE consent_log (
    number BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    topic VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    source VARCHAR NOT NULL,
    wording_hash VARCHAR,
    recorded_at TIMESTAMP NOT NULL
);

-- What holds now: the latest word for each person, topic and channel.
CREATE VIEW consent AS
SELECT contact_id, topic, channel, state, occurred_at, source, wording_hash FROM consent_log
QUALIFY row_number() OVER (PARTITION BY contact_id, topic, channel ORDER BY occurred_at DESC, number DESC) = 1;

-- Addresses that must not be written to, as keyed hashes; they outlive the contact.
CREATE TABLE suppressions (
    channel VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Everything that happened, in one envelope. Declared fields of a kind follow as columns named "kind.field".
CREATE TABLE events (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    source VARCHAR,
    contact_id BIGINT,
    campaign VARCHAR,
    send VARCHAR,
    step VARCHAR,
    channel VARCHAR,
    variant VARCHAR,
    link VARCHAR,
    value DECIMAL(18, 4),
    currency VARCHAR,
    machine_score DOUBLE,
    data VARIANT
);

-- How far each stream has been read; written in the same transaction as its rows.
CREATE TABLE stream_offsets (stream VARCHAR NOT NULL, offset_seq UBIGINT NOT NULL, updated_at TIMESTAMP NOT NULL);

-- One row an import: what was asked and what came of it.
CREATE TABLE imports (
    id VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    file_name VARCHAR NOT NULL,
    file_hash VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    same BIGINT NOT NULL,
    refused BIGINT NOT NULL
);
