"""Another program on the same display, which reads both selections of X11 whenever it is told to. Run by test_leaks.

For each line it reads, it writes one JSON object: {"CLIPBOARD": text, "PRIMARY": text}.
"""

import json
import sys

from PySide6.QtGui import QClipboard, QGuiApplication

SELECTIONS = {"CLIPBOARD": QClipboard.Mode.Clipboard, "PRIMARY": QClipboard.Mode.Selection}


def main() -> None:
    app = QGuiApplication([])
    clipboard = app.clipboard()
    assert clipboard.supportsSelection(), "PRIMARY is X11's"
    for _line in sys.stdin:
        app.processEvents()  # who owns what since the last time
        sys.stdout.write(json.dumps({name: clipboard.text(mode) for name, mode in SELECTIONS.items()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
