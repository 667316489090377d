"""Words for problems with the file of settings."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.i18n import _


def settings_file_unreadable(place: Place) -> Guidance:
    return Guidance(
        _("The file with your settings can not be read"),
        _("The file {file} is damaged, or a newer version of ADO Connect wrote it. It was left as it is.").format(
            file=place.fact("file", _("with the settings"))
        ),
        _("It was edited by hand, the disk had a fault, or two versions of the program are installed."),
        _("What you chose holds until you close ADO Connect. To keep it, move the file away and save again."),
        None,
    )


def settings_file_unwritable(place: Place) -> Guidance:
    return Guidance(
        _("Your settings could not be saved"),
        _("The file {file} could not be written. What was there before is still there.").format(
            file=place.fact("file", _("with the settings"))
        ),
        _("The disk is full, the folder is read-only, or another program holds the file."),
        _("What you chose holds until you close ADO Connect. Make room or permit writing to the folder to keep it."),
        Action(_("Check this computer"), ActionKind.CHECK_COMPUTER),
    )
