"""The store's numbered migrations: ``NNNN_name.sql``, applied in order, each in a transaction of its own."""
