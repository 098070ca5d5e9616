-- Contacts that became part of another: what still comes for their numbers belongs to that one.
CREATE TABLE merges (contact_id BIGINT NOT NULL, into_id BIGINT NOT NULL, merged_at TIMESTAMP NOT NULL);
