"""The ledger in other programs' formats: one module each, every row a line of text."""
