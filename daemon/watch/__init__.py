"""Watching libraries: hints about changes, and whether each library is being watched at all."""
