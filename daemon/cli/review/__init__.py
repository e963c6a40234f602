"""`doorman review`: what waits as a list, or question by question in the terminal."""
