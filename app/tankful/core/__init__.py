"""What the product means: frozen values and pure functions, standard library arithmetic only."""
