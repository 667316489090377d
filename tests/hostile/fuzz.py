"""Fuzzes one reader with atheris, guided by the lines it reaches: `make fuzz TARGET=connections FUZZ_S=600`.

atheris is in no lock: install it with `.venv/bin/pip install atheris`. What it finds it writes to build/fuzz; put that
into tests/hostile/test_fuzz.py.
"""

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path


def main(name: str, seconds: str = "60") -> int:
    """`name` of a target, or --list for the names of all."""
    if find_spec("atheris") is None:
        sys.stderr.write("Skipped: atheris is not installed here. Install it with: .venv/bin/pip install atheris\n")
        return 0
    if name == "--list":
        from tests.hostile.targets import TARGETS

        sys.stdout.write("\n".join(TARGETS) + "\n")
        return 0
    import atheris

    with atheris.instrument_imports(include=["desktop_app"]):
        from tests.hostile.targets import SEEDS, TARGETS
    if name not in TARGETS:
        sys.stderr.write(f"There is no target {name!r}; there are: {' '.join(TARGETS)}\n")
        return 2
    found = Path("build", "fuzz")
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[TARGETS[name]]):
            Path(corpus, str(number)).write_bytes(seed)
        limits = ["-timeout=20", "-rss_limit_mb=2048", f"-max_total_time={seconds}"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={found}/", corpus], TARGETS[name])
        atheris.Fuzz()  # ends the process
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
