"""Forms: what is typed is read at once, told back, and refused in place; nothing is stored before OK."""
