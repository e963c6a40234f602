"""The pages for people: HTML made here, which works without a script."""
