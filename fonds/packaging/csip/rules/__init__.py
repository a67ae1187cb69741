"""Rules that need logic: one rule, one file; ``registry`` lists them."""
