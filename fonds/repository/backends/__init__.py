"""One module per implementation of a port. Only the composition root names them."""
