"""Unit tests; mirrors app."""
