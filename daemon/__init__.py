"""Effects, time and tasks: watch, fingerprint, ask, apply, serve, tell."""
