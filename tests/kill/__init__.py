"""Kills watcher and window with ``kill -9`` while prices fall, and looks whether anything was lost."""
