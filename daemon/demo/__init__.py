"""A library to try doorman on: invented videos, made on the spot."""
