"""Who takes a message over: one module each, and the table of them."""
