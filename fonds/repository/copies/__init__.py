"""Further copies of the store: which there are, how a package gets into them, and when it counts as stored."""
