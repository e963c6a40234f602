"""Push messages: what they say, and the child process that sends them."""
