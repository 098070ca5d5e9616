"""The sending half: plan, ledger, workers and providers. Reads ``dist/``, never compiles."""
