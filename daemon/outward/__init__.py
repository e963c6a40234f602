"""Copies of what doorman knows, as files of whoever asked for them."""
