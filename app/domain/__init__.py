"""Money, accounts, loans, LTV and margin calls: exact, immutable, standard library only."""
