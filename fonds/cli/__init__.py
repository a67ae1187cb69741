"""The command line: one command, one file, parse - call - render."""
