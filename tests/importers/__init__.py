"""The readers of files: samples of each format, bad files, and files nobody would write."""
