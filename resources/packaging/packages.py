"""Makes the .deb and the .rpm from the folder that build.spec has built: nfpm, led by linux/nfpm.yaml.

The same folder gives the same bytes, whenever and wherever it is done (with the same releases of nfpm and xz).
"""

from __future__ import annotations

import gzip
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from desktop_app import __version__
from resources.packaging import dependencies, icons

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "resources" / "packaging" / "linux"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Go's names, which nfpm turns into those of Debian and RPM."""

# xz as dpkg unpacks it. The filter for machine code makes a tenth of the size; blocks of a fixed size give the same
# bytes on any number of processors.
QUICK = ("--x86", "--lzma2=preset=1,dict=32MiB")
THOROUGH = ("--x86", "--lzma2=preset=6,dict=64MiB")  # an eighth smaller, and takes four times as long
_BLOCKS = ("-T2", "--block-size=64MiB")


def build_packages(folder: Path, built: Path, target: Path, epoch: int, *, thorough: bool = False) -> list[Path]:
    """Write both packages of `folder` into `target`, and give them. `built` takes what is made on the way; `epoch`
    (seconds since 1970) is the time that all files in them have."""
    built.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    drawn = icons.draw(built / "icons")
    day = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    for name in ("ado-connect.desktop", "ado-connect.metainfo.xml", "ado-connect.1"):
        text = (LINUX / name).read_text(encoding="utf-8")
        (built / name).write_text(text.replace("@VERSION@", __version__).replace("@DATE@", day), encoding="utf-8")
    (built / "ado-connect.1.gz").write_bytes(gzip.compress((built / "ado-connect.1").read_bytes(), 9, mtime=0))
    recipe = built / "nfpm.yaml"
    recipe.write_text(_recipe(folder, built, drawn, epoch), encoding="utf-8")
    architecture = ARCHITECTURES[platform.machine()]
    deb = target / f"ado-connect_{__version__}_{architecture}.deb"
    rpm = target / f"ado-connect-{__version__}-1.{platform.machine()}.rpm"
    _set_times(folder, epoch)
    for kind, package in (("deb", deb), ("rpm", rpm)):
        _run(str(_nfpm()), "package", "--config", str(recipe), "--packager", kind, "--target", str(package))
    _compress(deb, THOROUGH if thorough else QUICK)
    return [deb, rpm]


def _recipe(folder: Path, built: Path, drawn: dict[int, Path], epoch: int) -> str:
    deb, deb_wanted = dependencies.debian(folder)
    rpm, rpm_wanted = dependencies.rpm(folder)
    pictures = [
        f'  - src: "{file}"\n    dst: /usr/share/icons/hicolor/{size}x{size}/apps/ado-connect.png'
        for size, file in drawn.items()
    ]
    values = {
        "ARCH": ARCHITECTURES[platform.machine()],
        "VERSION": __version__,
        "MTIME": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "FOLDER": f"{folder}/",
        "BUILT": str(built),
        "ROOT": str(ROOT),
        "ICONS": "\n".join(pictures),
        "DEB_DEPENDS": _as_list(deb),
        "DEB_RECOMMENDS": _as_list(deb_wanted),
        "RPM_DEPENDS": _as_list(rpm),
        "RPM_RECOMMENDS": _as_list(rpm_wanted),
    }
    text = (LINUX / "nfpm.yaml").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _as_list(entries: Sequence[str]) -> str:
    return "\n".join(f'      - "{entry}"' for entry in entries)


def _nfpm() -> Path:
    """The one that the development lock has installed beside this Python."""
    return Path(sys.executable).with_name("nfpm")


def _set_times(folder: Path, epoch: int) -> None:
    """nfpm takes the times of the files of a tree from the disk."""
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def _compress(deb: Path, options: Sequence[str]) -> None:
    """A .deb is an ar archive of three members (deb(5)): pack the third one, which nfpm has left as it is."""
    with tempfile.TemporaryDirectory(dir=deb.parent) as name:
        scratch = Path(name)
        _run("ar", "x", str(deb), cwd=scratch)
        _run("xz", *_BLOCKS, *options, "data.tar", cwd=scratch)
        members = ["debian-binary", "control.tar.gz", "data.tar.xz"]
        packed = scratch / "packed.deb"
        _run("ar", "rcD", str(packed), *members, cwd=scratch)  # D: no times, no owners
        shutil.move(packed, deb)


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, check=True, cwd=cwd, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words and paths
