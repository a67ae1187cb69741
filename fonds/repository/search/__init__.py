"""Finding: what is asked, what is indexed, and the tokens both are cut into. The index itself is behind a port."""
