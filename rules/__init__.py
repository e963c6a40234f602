"""What is true, given the facts: the domain's nouns and the pure functions over them."""
