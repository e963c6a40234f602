"""The only way in which anything is written into a library."""
