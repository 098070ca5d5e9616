-- Declared columns: see columns.py. The slots are names from the catalogue, never values.

-- name: declared
-- The declared columns that a table has now.
SELECT name, type FROM declared_columns WHERE owner = $owner ORDER BY name;

-- name: remember
-- A column was made.
INSERT INTO declared_columns VALUES ($owner, $name, $type);

-- name: forget
-- A column was dropped.
DELETE FROM declared_columns WHERE owner = $owner AND name = $name;

-- name: add
-- A new column, empty.
ALTER TABLE <<table>> ADD COLUMN <<column>> <<type>>;

-- name: drop
-- An old column; its values have been moved before.
ALTER TABLE <<table>> DROP COLUMN <<column>>;

-- name: fill
-- Fill a new column from the rest column, as far as the values fit.
UPDATE <<table>> SET <<column>> = <<cast>>
WHERE <<ours>> AND variant_extract(<<rest>>, <<key>>) IS NOT NULL;

-- name: tidy
-- Take what now stands in the column out of the rest.
UPDATE <<table>>
SET <<rest>> = json_merge_patch(<<rest>>::JSON, json_object(<<key>>, NULL))::VARIANT
WHERE <<ours>> AND <<column>> IS NOT NULL AND variant_extract(<<rest>>, <<key>>) IS NOT NULL;

-- name: left_over
-- How many values did not fit and stayed in the rest.
SELECT count(*) FROM <<table>> WHERE <<ours>> AND variant_extract(<<rest>>, <<key>>) IS NOT NULL;

-- name: retire
-- Move a column's values to the rest before it is dropped.
UPDATE <<table>>
SET <<rest>> = json_merge_patch(coalesce(<<rest>>::JSON, '{}'::JSON), json_object(<<key>>, <<shown>>))::VARIANT
WHERE <<ours>> AND <<column>> IS NOT NULL;
