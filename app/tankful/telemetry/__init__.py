"""Live telemetry: listens on this machine to what agents report of themselves."""
