"""Replays tell their figures after the run."""

import sys

from tests.alarm_report import figure, pytest_terminal_summary

__all__ = ["figure", "pytest_terminal_summary"]

# Its desktop is a bus, which is Linux's.
collect_ignore = [] if sys.platform == "linux" else ["test_way_to_people.py"]
