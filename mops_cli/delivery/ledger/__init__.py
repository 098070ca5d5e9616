"""What was meant, what came of it: a fenced log per shard, the worker's journal, recovery."""
