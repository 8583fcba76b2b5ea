"""How each agent's records are read."""
