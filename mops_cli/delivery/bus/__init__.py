"""NATS JetStream behind one door, and a twin in memory under the same contract."""
