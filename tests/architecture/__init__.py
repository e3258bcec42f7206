"""The house rules, each broken on purpose."""
