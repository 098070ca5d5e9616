-- One row per send and channel: what was planned and how far it is. `send` is campaign@occurrence.
CREATE TABLE sends (
    send VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    plan VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    policy VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    recipients BIGINT NOT NULL,
    shards INTEGER NOT NULL,
    first_at TIMESTAMP,
    last_at TIMESTAMP,
    not_after TIMESTAMP,
    started_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    why VARCHAR
);

-- One row per recipient of a send: the last word of the ledger. A destination has contact_id 0 and its name.
CREATE TABLE deliveries (
    send VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    contact_id BIGINT NOT NULL,
    destination VARCHAR,
    locale VARCHAR,
    variant VARCHAR,
    outcome VARCHAR NOT NULL,
    code VARCHAR,
    said VARCHAR,
    reference VARCHAR,
    occurred_at TIMESTAMP NOT NULL,
    plan VARCHAR NOT NULL,
    shard INTEGER NOT NULL,
    number BIGINT NOT NULL
);

-- Where a tracked link leads, by the reference that a recipient's token carries.
CREATE TABLE links (
    reference VARCHAR NOT NULL,
    send VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    locale VARCHAR NOT NULL,
    variant VARCHAR NOT NULL,
    link INTEGER NOT NULL,
    url VARCHAR NOT NULL,
    tracked BOOLEAN NOT NULL
);
