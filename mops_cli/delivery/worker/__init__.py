"""Takes shards, makes messages, hands them to a provider, writes the ledger."""
