"""Files of contacts, each format in a module of its own, all as batches of texts with row numbers."""
