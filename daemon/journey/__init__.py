"""The stages of a file's journey, from the door to its name tag."""
