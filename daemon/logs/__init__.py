"""One line for an event, free of secrets."""
