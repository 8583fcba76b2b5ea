"""Central gateways and vendors: one module each, knowing nothing of one another."""
