"""`python -m tankful`."""

import sys

from tankful.main import main

sys.exit(main())
