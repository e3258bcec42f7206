"""Plimsoll: how far the water is from the load lines of bitcoin-backed debt."""

__version__ = "0.1.0"
