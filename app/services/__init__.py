"""Use cases in plain synchronous Python; the outside world is known only through ``ports``."""
