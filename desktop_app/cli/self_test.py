"""`ado-connect --self-test`: whether the installed program is whole, for whoever packages or supports it.

Nothing is asked of any network or keyring, and nothing is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from enum import StrEnum

from desktop_app import __version__
from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.cli.layout import columns
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.redact import redact

FAILED = 1


class Part(StrEnum):
    """A part of the program, in the order in which they are looked at: the one that needs most comes last."""

    RESOURCES = "resources"
    KEYRINGS = "keyrings"
    NETWORK = "network"
    ICONS = "icons"
    CERTIFICATES = "certificates"
    PAGE = "page"


def self_test(parts: Mapping[Part, Callable[[], object]]) -> int:
    """Look at every part; 0 if all are well, else 1. What a part returns or raises is told after its name."""
    sys.stdout.write(f"ado-connect {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n")
    code = 0
    longest = max(len(_title(part)) for part in Part)
    for part in Part:
        status, words = _looked_at(parts[part])
        code = code if status else FAILED
        row = (_title(part).ljust(longest), (_("OK") if status else _("Failed")).ljust(len(_("Failed"))), words)
        sys.stdout.write(redact(columns([row])) + "\n")
        sys.stdout.flush()  # the web engine may end the process
    end = _("Something does not work here; it is named above.") if code else _("Everything that was installed works.")
    sys.stdout.write(end + "\n")
    return code


def _looked_at(look: Callable[[], object]) -> tuple[bool, str]:
    """Whether it is well, and what was found."""
    try:
        found = look()
    except ConnectionProblem as failure:
        guidance = guidance_of(failure, Place())
        return False, f"{guidance.title}. {guidance.likely} {guidance.now} ({failure.problem.value})"
    except Exception as error:  # whatever a library that is not whole may raise
        return False, f"{type(error).__name__}: {error}"
    if found is None:
        return True, ""
    return True, found if isinstance(found, str) else _shown(found)


def _shown(found: object) -> str:
    return ", ".join(map(str, found)) if isinstance(found, list | tuple) else str(found)


def _title(part: Part) -> str:
    match part:
        case Part.RESOURCES:
            return _("Files of the program")
        case Part.KEYRINGS:
            return _("Keyring libraries")
        case Part.NETWORK:
            return _("Network libraries")
        case Part.ICONS:
            return _("Icons")
        case Part.CERTIFICATES:
            return _("Certificates")
        case Part.PAGE:
            return _("Built-in sign-in window")
