"""`python -m tankful`."""

from tankful.main import start

start()
