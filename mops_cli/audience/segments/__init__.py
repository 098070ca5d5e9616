"""Segments: conditions in YAML, read to a tree, compiled to one parameterised SQL over the store."""
