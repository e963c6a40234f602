"""The outside asked for answers: sources of metadata."""
