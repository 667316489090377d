"""Starts the program as a process of its own, and tells of which connections it could copy a token, or why it can not.

Run it with `run_another_process()`. It finds connections and secrets by its environment.
"""

import os
import subprocess
import sys
from pathlib import Path

from desktop_app.gui.application import make_application
from desktop_app.gui.plain_imports import use_plain_imports
from tests.e2e.program import Program

LIMIT_S = 60


def run_another_process(without: str = "") -> list[str]:
    """What it told, line by line. `without` is an environment variable that it does not get."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.e2e.another_process"],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if name != without},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def main() -> None:
    use_plain_imports()
    application = make_application()
    program = Program()
    program.wait_for_start()
    if program.said():
        sys.stdout.write(f"{program.panel().title.text()}\n")
    else:
        for name in sorted(program.names):
            program.choose(name)
            program.copy_token()
            sys.stdout.write(f"{name}: copied\n")
    program.close()
    application.quit()


if __name__ == "__main__":
    main()
