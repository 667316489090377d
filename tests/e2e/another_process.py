"""Starts the program as a process of its own, copies the token of every connection, and tells their names.

For test_three_methods.py: `python -m tests.e2e.another_process`. It finds connections and secrets by its environment.
"""

import sys

from desktop_app.gui.application import make_application
from tests.e2e.program import Program


def main() -> None:
    application = make_application()
    program = Program()
    for name in sorted(program.names):
        program.choose(name)
        if program.copy_token():
            sys.stdout.write(f"{name}: copied\n")
    program.close()
    application.quit()


if __name__ == "__main__":
    main()
