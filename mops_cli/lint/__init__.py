"""Checks over everything below: the engine, the rules (one per file), selection, suppression, baseline, formats."""
