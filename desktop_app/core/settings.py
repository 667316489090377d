"""What a person can set for the whole program; pure, with its bounds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Settings:
    """Raises ValueError for a number out of bounds, and for a value of another type.

    `clipboard_seconds` is how long a copied secret stays on the clipboard, `reveal_seconds` how long one is shown in a
    field. `background_checks`: every connection is checked once a day while the program runs. `notifications`: the
    desktop tells of ends that come near. `tray_icon`: an icon beside the desktop's clock shows the worst state.
    `update_check`: a newer version is looked for once a week.
    `lock_minutes` and `lock_with_screen` say when the lock comes, once a passphrase was chosen for it: after so many
    idle minutes (0: not by itself), and when the screen is locked. `hide_from_capture`: where the system can, windows
    are kept out of screenshots while a secret is shown in them.
    """

    SECONDS: ClassVar = range(5, 301)
    """What both numbers of seconds may be."""
    MINUTES: ClassVar = (0, 1, 5, 15, 60)
    """What `lock_minutes` may be."""

    clipboard_seconds: int = 30
    reveal_seconds: int = 30
    background_checks: bool = True
    notifications: bool = True
    tray_icon: bool = False
    update_check: bool = True
    lock_minutes: int = 5
    lock_with_screen: bool = True
    hide_from_capture: bool = True

    def __post_init__(self) -> None:
        for field in fields(self):
            given, usual = getattr(self, field.name), field.default
            if type(given) is not type(usual):  # True is an int too
                raise ValueError(f"{field.name} is of another type")
            bounds = self.MINUTES if field.name == "lock_minutes" else self.SECONDS
            if type(given) is int and given not in bounds:
                raise ValueError(f"{field.name} is out of bounds")


class SettingsStore(Protocol):
    """Where settings are kept. Both may block."""

    def load(self) -> Settings:
        """What was saved; the defaults where nothing was, or where it can not be read. Never raises."""
        ...

    def save(self, settings: Settings) -> None:
        """Raises ConnectionProblem: SETTINGS_FILE_UNREADABLE (what is there is not overwritten),
        SETTINGS_FILE_UNWRITABLE."""
        ...
