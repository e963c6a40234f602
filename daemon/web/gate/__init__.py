"""Who may come in: over the Unix socket, from this machine, with the password or a token."""
