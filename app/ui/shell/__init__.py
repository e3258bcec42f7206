"""What frames every screen: the rail, the bar above, the bar below."""
