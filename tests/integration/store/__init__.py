"""The store against real faults."""
