"""Words for back-ups: files that can not be written, read, opened or understood."""

from __future__ import annotations

from desktop_app.app.guidance import Guidance, Place
from desktop_app.app.guidance_pieces import again
from desktop_app.app.i18n import _


def _file(place: Place) -> str:
    return place.fact("file", _("the file"))


def _file_first(place: Place) -> str:
    return place.fact("file", _("The file"))


def passphrase_wrong(place: Place) -> Guidance:
    return Guidance(
        _("This is not the passphrase of the back-up"),
        _("{file} is whole, but it can not be opened with what was typed.").format(file=_file_first(place)),
        _("A letter is different, perhaps a capital one, or the back-up was made with another passphrase."),
        _("Type it again. Nobody can open a back-up without its passphrase; there is no way around it."),
        again(),
    )


def cut_off(place: Place) -> Guidance:
    return Guidance(
        _("The back-up is not complete"),
        _("{file} ends in the middle.").format(file=_file_first(place)),
        _("It was not copied or downloaded to its end, or the disk was full when it was made."),
        _("Copy it once more from where it came from, then open it again. Nothing was changed."),
        again(),
    )


def damaged(place: Place) -> Guidance:
    return Guidance(
        _("The back-up is damaged"),
        _("{file} is not as it was when it was made, so nothing of it is used.").format(file=_file_first(place)),
        _("A disk or a transfer changed it, or somebody did."),
        _("Use another copy of it. Nothing was changed."),
        again(),
    )


def not_one(place: Place) -> Guidance:
    return Guidance(
        _("This file is no back-up of ADO Connect"),
        _("{file} begins with something else.").format(file=_file_first(place)),
        _("Another file was chosen, or it was changed by a program that it went through."),
        _("Choose a file that ADO Connect made; its name ends with “.ado-backup”."),
        again(),
    )


def newer(place: Place) -> Guidance:
    return Guidance(
        _("The back-up was made by a later version of ADO Connect"),
        _("{file} has a form that this version does not know.").format(file=_file_first(place)),
        _("The computer it comes from has a later version of ADO Connect."),
        _("Install the latest version here, then open the back-up again. Nothing was changed."),
        again(),
    )


def other_mode(place: Place) -> Guidance:
    return Guidance(
        _("The back-up belongs to the other mode"),
        _("{file} was made with practice connections and opened among real ones, or the other way round.").format(
            file=_file_first(place)
        ),
        _("Practice connections and real ones never mix."),
        _("Open it in the mode it was made in. Nothing was changed."),
        again(),
    )


def unreadable(place: Place) -> Guidance:
    return Guidance(
        _("The back-up can not be read"),
        _("The system did not let ADO Connect read {file}.").format(file=_file(place)),
        _("The file was moved or deleted, it belongs to somebody else, or its disk was taken out."),
        _("Check where the file is and who may read it, then try again."),
        again(),
    )


def unwritable(place: Place) -> Guidance:
    return Guidance(
        _("The back-up can not be written"),
        _("The system did not let ADO Connect write {file}.").format(file=_file(place)),
        _("The disk is full, the folder may not be written to, or it is gone."),
        _("Choose another folder. No part of a file was left behind."),
        again(),
    )
