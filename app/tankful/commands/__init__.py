"""The commands of the terminal, one module each: a second skin over the engine and the presenters."""
