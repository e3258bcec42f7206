"""Keeps a book in a database: tables, reading, one transaction per change, migrations."""
