"""The ThePornDB dialect: scenes asked for one by one over REST (`theporndb-and-others.md` §3)."""
