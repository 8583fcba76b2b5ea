"""Changes the configuration of agents, with a journal that takes every change back."""
