"""The composition root: project, store, bus, clock and providers put together; the node."""
