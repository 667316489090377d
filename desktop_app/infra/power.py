"""Whether this computer runs on its battery, where the system tells it in files: on Linux.

Source: the kernel's Documentation/ABI/testing/sysfs-class-power. Elsewhere, and where it is not told, it does not.
"""

from __future__ import annotations

from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")


def on_battery(supplies: Path = SUPPLIES) -> bool:
    """True if a battery of the computer itself is discharging and no supply from outside is there. Reads files."""
    try:
        found = [(_read(supply, "type"), supply) for supply in supplies.iterdir()]
    except OSError:
        return False
    if any(kind in {"Mains", "USB", "Wireless"} and _read(supply, "online") == "1" for kind, supply in found):
        return False
    # A mouse's or a phone's battery has the scope "Device".
    batteries = [supply for kind, supply in found if kind == "Battery" and _read(supply, "scope") != "Device"]
    return any(_read(battery, "status") == "Discharging" for battery in batteries)


def _read(supply: Path, name: str) -> str:
    """Empty where there is no such file."""
    try:
        return (supply / name).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
