"""Tests of Plimsoll."""
