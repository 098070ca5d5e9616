-- What is written about people goes into the journal beside the store, and the number of the last entry is an offset like
-- that of any stream. People who were here before it have no entry: number 1 stands for them, and is in backups only.
INSERT INTO stream_offsets
SELECT 'people', 1, now()::TIMESTAMP
WHERE EXISTS (SELECT 1 FROM contacts) OR EXISTS (SELECT 1 FROM suppressions) OR EXISTS (SELECT 1 FROM declared_columns);
