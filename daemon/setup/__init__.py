"""Before the first run: questions, the first file, the check-up."""
