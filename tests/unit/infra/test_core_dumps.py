"""No dump of this process reaches the disk, and Chromium's pages are in their sandbox all the same.

Each test asks a process of its own: what is switched off here stays off.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl(2) is Linux's")

ASK = """
import ctypes, resource
from desktop_app.infra.core_dumps import children_in_sandbox, forbid_core_dumps

def dumpable():
    return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)

seen = [dumpable()]
if {forbidden}:
    forbid_core_dumps()
seen.append(dumpable())
try:
    with children_in_sandbox():
        seen.append(dumpable())
        raise LookupError
except LookupError:
    seen.append(dumpable())
print(seen, resource.getrlimit(resource.RLIMIT_CORE)[0] == 0)
"""


def answer(*, forbidden: bool) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", ASK.format(forbidden=forbidden)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return ended.stdout.strip()


def test_process_is_not_dumpable_but_while_chromium_starts() -> None:
    assert answer(forbidden=True) == "[1, 0, 1, 0] True"


def test_process_that_may_be_dumped_stays_so() -> None:
    assert answer(forbidden=False).startswith("[1, 1, 1, 1]")
