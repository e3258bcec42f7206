"""One suite run on Stand-ins for the outside world and on the real thing."""
