"""`python -m desktop_app`, and the entry of the frozen program."""

import sys

from desktop_app.main import main

if __name__ == "__main__":
    sys.exit(main())
