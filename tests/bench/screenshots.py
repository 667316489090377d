"""Draws every page into a folder: `python -m tests.bench.screenshots FOLDER`.

Light and dark, at 100, 125 and 200 %, and at the smallest window size; one folder and one process for each, since Qt
takes its scale from the environment. Nothing is asserted: they are there to be looked at.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

SMALL = (760, 480)
DRAW = "--draw"
VARIANTS = tuple(
    (scheme, scale, small)
    for scheme in ("light", "dark")
    for scale, small in (("1", False), ("1.25", False), ("2", False), ("1", True))
)


def draw_all(folder: Path) -> int:
    """Start a process for each variant; returns how many failed."""
    failed = 0
    for scheme, scale, small in VARIANTS:
        name = f"{scheme}-{'small' if small else f'{float(scale) * 100:.0f}'}"
        with tempfile.TemporaryDirectory() as home:
            environment = {
                **os.environ,
                "HOME": home,
                "XDG_CONFIG_HOME": f"{home}/config",
                "XDG_DATA_HOME": f"{home}/data",
                "XDG_CACHE_HOME": f"{home}/cache",
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": scale,
                "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu",
                # Chromium's sandbox refuses to run as root; the product never sets this.
                **({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if hasattr(os, "geteuid") and os.geteuid() == 0 else {}),
            }
            command = [
                sys.executable,
                "-m",
                "tests.bench.screenshots",
                DRAW,
                scheme,
                str(int(small)),
                str(folder / name),
            ]
            ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=240)
        if ended.returncode:
            failed += 1
            print(f"{name}: {ended.stderr[-3000:]}", file=sys.stderr)
        else:
            print(f"{name}: {ended.stdout.strip()}", flush=True)
    return failed


def draw(scheme: str, small: bool, folder: Path) -> int:
    """Draw one variant; returns how many pictures there are."""
    from PySide6.QtCore import Qt

    from desktop_app.gui.application import make_application
    from desktop_app.gui.style import apply_style
    from tests.bench import (
        scenes,
        scenes_computer,
        scenes_ends,
        scenes_guard,
        scenes_renewal,
        scenes_sign_in,
        scenes_stored_list,
        scenes_use_it,
    )
    from tests.bench.stage import Stage

    folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    apply_style(app, Qt.ColorScheme.Dark if scheme == "dark" else Qt.ColorScheme.Light)
    acts: tuple[tuple[Callable[[Stage], Iterator[scenes.Scene]], bool], ...] = (
        (scenes.first_run, False),
        (scenes.pat, False),
        (scenes.client_secret, False),
        (scenes.oauth, False),
        (scenes_sign_in.sign_in, False),
        (scenes.main_window, True),
        (scenes.permissions, False),
        (scenes_guard.lock, False),
        (scenes_guard.policy, False),
        (scenes_computer.computer, False),
        (scenes_stored_list.stored_list, False),
        (scenes_use_it.use_it, False),
        (scenes_ends.ends, False),
        (scenes_renewal.renewal, False),
        (scenes_renewal.replacing, False),
        (scenes_renewal.token_maker, False),
    )
    count = 0
    for act, practice in acts:
        with tempfile.TemporaryDirectory() as home:
            stage = Stage(Path(home), practice=practice, size=SMALL if small else None)
            for name, widget in act(stage):
                count += 1
                stage.pause(150)
                widget.grab().save(str(folder / f"{count:02}-{name}.png"))
            stage.close()
    return count


def main(arguments: list[str]) -> int:
    if arguments[:1] == [DRAW]:
        _draw, scheme, small, folder = arguments
        print(f"{draw(scheme, small == '1', Path(folder))} pictures")
        sys.stdout.flush()
        os._exit(0)  # the web engine's processes need not be waited for
    if len(arguments) != 1:
        print("usage: python -m tests.bench.screenshots FOLDER", file=sys.stderr)
        return 2
    return 1 if draw_all(Path(arguments[0])) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
