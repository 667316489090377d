"""An X screen that nobody sees, for programs that a test starts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def virtual_screen(size: str = "1280x900x24") -> Iterator[str]:
    """Gives its name, as DISPLAY wants it; it ends with the block.

    -noreset: else it starts anew, and throws everybody out, each time the last program leaves it: one that comes in
    that moment hangs, and the accessibility bus comes and goes at the beginning.
    """
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as screen:
        os.close(writer)
        with os.fdopen(reader) as number:
            name = f":{number.readline().strip()}"
        try:
            yield name
        finally:
            screen.terminate()
