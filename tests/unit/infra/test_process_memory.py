"""How much memory the processes take that this one started."""

import subprocess
import sys
from pathlib import Path

from desktop_app.infra.process_memory import MemoryOfChildren

MEGABYTES = 60


def test_children_count_by_their_name_while_they_live() -> None:
    import psutil

    name = psutil.Process().name()[:4]
    memory, others = MemoryOfChildren(name), MemoryOfChildren("nothing is called so")
    code = f"x = bytearray(b'x') * {MEGABYTES << 20}; print('there', flush=True); input()"
    with subprocess.Popen(
        [Path(sys.executable).resolve(), "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "there\n"
        taken = memory.taken()
        assert taken >= MEGABYTES << 20
        assert others.taken() < taken
        child.stdin.close()
    assert memory.taken() < MEGABYTES << 20
