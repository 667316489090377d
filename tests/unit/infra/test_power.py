"""Whether the computer is on its battery, told from files like the kernel's."""

from pathlib import Path

import pytest

from desktop_app.infra.power import on_battery

LAPTOP = {"type": "Battery", "status": "Discharging", "scope": "System"}
OLD_LAPTOP = {"type": "Battery", "status": "Discharging"}
FULL = {"type": "Battery", "status": "Full"}
PLUGGED, UNPLUGGED = {"type": "Mains", "online": "1"}, {"type": "Mains", "online": "0"}
CHARGER = {"type": "USB", "online": "1"}
MOUSE = {"type": "Battery", "status": "Discharging", "scope": "Device"}


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ([], False),
        ([PLUGGED], False),
        ([LAPTOP, UNPLUGGED], True),
        ([OLD_LAPTOP], True),
        ([LAPTOP, PLUGGED], False),
        ([LAPTOP, UNPLUGGED, CHARGER], False),
        ([FULL, UNPLUGGED], False),
        ([MOUSE], False),
        ([MOUSE, LAPTOP], True),
        ([{}], False),
    ],
)
def test_only_the_computers_own_battery_counts(tmp_path: Path, supplies: list[dict[str, str]], expected: bool) -> None:
    for number, supply in enumerate(supplies):
        folder = tmp_path / f"supply-{number}"
        folder.mkdir()
        for name, text in supply.items():
            (folder / name).write_text(f"{text}\n")

    assert on_battery(tmp_path) is expected


def test_system_that_does_not_tell_is_not_on_battery(tmp_path: Path) -> None:
    assert on_battery(tmp_path / "nothing") is False
