"""When a newer version was last looked for, in `update-check.json` beside the connections."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from desktop_app.core.updates import LastLook
from desktop_app.infra.whole_file import replace_file

log = logging.getLogger(__name__)

FILE_NAME = "update-check.json"


class _Look(msgspec.Struct):
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    version: str = ""


class UpdateFile:
    """Implements the port UpdateRecord on a file in `folder`. Two programs at once may each ask: no lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def load(self) -> LastLook | None:
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=_Look)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:  # msgspec's are ValueErrors
            log.warning("last look for a newer version not read error=%s", type(error).__name__)
            return None
        return LastLook(found.at, found.version)

    def save(self, look: LastLook) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._path, msgspec.json.encode(_Look(look.at, look.version)) + b"\n")
        except OSError as error:
            log.warning("last look for a newer version not kept error=%s", type(error).__name__)
