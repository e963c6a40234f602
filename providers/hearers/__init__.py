"""Other programs that hear of what was done: media servers, players, Stash, webhooks."""
