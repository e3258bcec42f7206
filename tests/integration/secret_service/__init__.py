"""Secrets in a real Secret Service on a bus of its own, where one is installed."""
