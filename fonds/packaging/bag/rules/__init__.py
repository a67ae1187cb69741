"""The rules of a bag: one rule, one file; ``registry`` lists them."""
