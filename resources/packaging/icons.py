"""Draws the program's icon from its SVG in every size that a desktop asks for, and packs it for Windows and macOS.

    python -m resources.packaging.icons build/icons

Both containers take PNG pictures as they are: ICO since Windows Vista, ICNS since macOS 10.7.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

SVG = Path(__file__).resolve().parents[1] / "icons" / "ado-connect.svg"
SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
"""Pixels: the folders of the hicolor theme that desktops look into (Icon Theme Specification)."""
_ICO = (16, 24, 32, 48, 64, 128, 256)
_ICNS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}


def draw(folder: Path) -> dict[int, Path]:
    """Write ado-connect-SIZE.png for every size, ado-connect.ico and ado-connect.icns; gives the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {size: folder / f"ado-connect-{size}.png" for size in SIZES}
    for size, file in drawn.items():
        _draw_one(size, file)
    pictures = {size: file.read_bytes() for size, file in drawn.items()}
    (folder / "ado-connect.ico").write_bytes(ico({size: pictures[size] for size in _ICO}))
    (folder / "ado-connect.icns").write_bytes(icns({size: pictures[size] for size in _ICNS}))
    return drawn


def _draw_one(size: int, file: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    if not image.save(str(file)):
        raise OSError(f"{file} can not be written")


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon of PNG pictures, by their size in pixels (256 at most)."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    start, entries = len(head) + 16 * len(pictures), b""
    for size, picture in sorted(pictures.items()):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), start)
        start += len(picture)
    return head + entries + b"".join(picture for _size, picture in sorted(pictures.items()))


def icns(pictures: dict[int, bytes]) -> bytes:
    """A macOS icon of PNG pictures, by their size in pixels."""
    parts = [_ICNS[size] + struct.pack(">I", len(picture) + 8) + picture for size, picture in sorted(pictures.items())]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
