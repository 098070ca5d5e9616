"""What the owner of the store does for a send: start it, give out its shards, answer workers, fold the ledger."""
