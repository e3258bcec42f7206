"""Prices of the past, true and false, through the whole machine."""
