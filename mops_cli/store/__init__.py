"""The store: people, consent and events in one DuckDB file under ``.mops/``. The only door to the product's database."""
