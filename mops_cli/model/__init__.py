"""Frozen types without I/O: what every floor above speaks."""
