"""Table models: one per table, thin over pure functions."""
