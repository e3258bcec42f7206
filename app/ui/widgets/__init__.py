"""Building blocks that every screen is made of; each says its own name to a screen reader."""
