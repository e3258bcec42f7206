"""The machine: clock, paths, configuration file, single instance."""
