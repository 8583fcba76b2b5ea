"""`python -m tankful`."""

from tankful.begin import start

start()
