"""What the administrator of a computer decides for everybody at it: `policy.json` in the system's own place.

Linux: /etc/xdg/ado-connect. Windows: C:\\ProgramData\\ADO Connect. macOS: /Library/Application Support/ADO Connect.
The package does not make it. `{"update_check": false}` forbids looking for a newer version.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import platformdirs

from desktop_app.infra.paths import APP_NAME

log = logging.getLogger(__name__)

FILE_NAME = "policy.json"


def policy_folder() -> Path:
    return platformdirs.site_config_path(APP_NAME, appauthor=False)


def update_check_forbidden(folder: Path | None = None) -> bool:
    """True if the file says so. One that can not be read or understood forbids it too: somebody meant something."""
    file = (policy_folder() if folder is None else folder) / FILE_NAME
    try:
        policy = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, RecursionError) as error:
        log.warning("policy not read error=%s", type(error).__name__)
        return True
    return not isinstance(policy, dict) or policy.get("update_check", True) is not True
