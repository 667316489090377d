"""Words for the file of connections: what stands in the way of it, and what was done about it."""

from __future__ import annotations

from datetime import datetime

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_pieces import again, moment_words
from desktop_app.app.i18n import _, ngettext


def _read() -> Action:
    return Action(_("Close this message"), ActionKind.DISMISS)


def _file(place: Place) -> str:
    return place.fact("file", _("with the connections"))


def _kept(place: Place) -> str:
    kept = place.fact("kept", "")
    if not kept:
        return _("What was there before could not be kept.")
    if kept == place.fact("file", ""):
        return _("Nothing can be written there at present, so the broken file is still in its place.")
    return _("The broken one is kept as {kept}.").format(kept=kept)


def _copied(place: Place) -> str:
    try:
        return moment_words(datetime.fromisoformat(place.fact("copied_at", "")))
    except (OverflowError, OSError, ValueError):
        return _("the last change")


def _number(place: Place, name: str) -> int:
    found = place.fact(name, "0")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 9 else 0


def unreadable(place: Place) -> Guidance:
    if place.fact("what", "") == "changes":
        return _unreadable_changes(place)
    title = _("The list of connections can not be read")
    left = _("The file {file} could not be opened. It was left as it is.").format(file=_file(place))
    match place.fact("why", ""):
        case "forbidden":
            return Guidance(
                title,
                left,
                _("Your account may not read it; its permissions were changed, or another account made it."),
                _("Permit your account to read and write the file, then try again."),
                again(),
            )
        case "handles":
            return Guidance(title, left, *_too_many_files(), again())
        case _:
            return Guidance(
                title,
                _("The file {file} is damaged or may not be read. It was left as it is.").format(file=_file(place)),
                _("It was edited by hand, or the disk had a fault."),
                _("Restore the file from a backup, or move it away to start with an empty list; then try again."),
                again(),
            )


def _unreadable_changes(place: Place) -> Guidance:
    return Guidance(
        _("The notes about unfinished changes can not be read"),
        _("The file {file} is damaged or may not be read. It was left as it is.").format(
            file=place.fact("file", _("with the notes"))
        ),
        _("It was edited by hand, another program wrote to it, or the disk had a fault."),
        _(
            "Connections can be used as before. To change them again, move the file away and try again; then check "
            "each connection, and look in Azure for secrets called “ADO Connect” that nobody uses."
        ),
        again(),
    )


def unwritable(place: Place) -> Guidance:
    title = _("The list of connections can not be saved")
    happened = _("The file {file} could not be written. What was there before is still there.").format(
        file=_file(place)
    )
    likely, now = _why_unwritable(place.fact("why", ""))
    return Guidance(title, happened, likely, now, again())


def _why_unwritable(why: str) -> tuple[str, str]:
    match why:
        case "full":
            return (
                _("The disk is full, or your account has used up its share of it."),
                _("Remove something you do not need, then try again. Nothing you entered is lost."),
            )
        case "forbidden":
            return (
                _("Your account may not write to this folder, or the disk can only be read."),
                _("Permit writing to the folder, then try again. Nothing you entered is lost."),
            )
        case "gone":
            return (
                _("The folder was removed, or the disk that it is on was taken away."),
                _("Put the folder or the disk back, then try again. Nothing you entered is lost."),
            )
        case "handles":
            return _too_many_files()
        case "held":
            return (
                _("Another program, perhaps another window of ADO Connect that hangs, holds the file."),
                _("Close other windows of ADO Connect, then try again. Nothing you entered is lost."),
            )
        case _:
            return (
                _("The disk is full, the folder is read-only, or another program holds the file."),
                _("Make room or permit writing to the folder, then try again. Nothing you entered is lost."),
            )


def _too_many_files() -> tuple[str, str]:
    return (
        _("Too many files are open on this computer at the same time."),
        _("Close some programs, then try again. Nothing you entered is lost."),
    )


def newer(place: Place) -> Guidance:
    version, unread = place.fact("version", ""), _number(place, "unread")
    happened = (
        _("The list was written by a newer version of ADO Connect (form {version}): this version only shows it.")
        if version
        else _("The list was written by a newer version of ADO Connect: this version only shows it.")
    ).format(version=version)
    if unread:
        more = ngettext(
            "{n} connection can not be shown here.", "{n} connections can not be shown here.", unread
        ).format(n=unread)
        happened = f"{happened} {more}"
    return Guidance(
        _("The list of connections comes from a newer version"),
        happened,
        _("Two versions of the program are installed, or an older one was put back."),
        _("Connections can be checked and copied here. To add or change something, start the newer version."),
        _read(),
    )


def restored(place: Place) -> Guidance:
    return Guidance(
        _("The list of connections was damaged and has been put right"),
        _("The file {file} could not be understood. The last good copy, of {moment}, took its place. {kept}").format(
            file=_file(place), moment=_copied(place), kept=_kept(place)
        ),
        _("It was edited by hand, another program wrote to it, or the disk had a fault."),
        _("Look through the list. What is missing can be added again, or copied out of the broken file."),
        _read(),
    )


def partly_read(place: Place) -> Guidance:
    unread, lost = max(_number(place, "unread"), 1), _number(place, "lost")
    happened = ngettext(
        "{n} entry in the file {file} could not be understood; all others are used as they are.",
        "{n} entries in the file {file} could not be understood; all others are used as they are.",
        unread,
    ).format(n=unread, file=_file(place))
    if lost < unread:
        happened += " " + _("From the last good copy: {n}.").format(n=unread - lost)
    if lost:
        happened += " " + _("Left out of the list: {n}. Secrets in the keyring were not touched.").format(n=lost)
    return Guidance(
        _("A part of the list of connections was damaged"),
        f"{happened} {_kept(place)}",
        _("It was edited by hand, or another program wrote to it."),
        _("Look through the list. What is missing can be added again, or copied out of the broken file."),
        _read(),
    )


def begun_anew(place: Place) -> Guidance:
    return Guidance(
        _("The list of connections was damaged and begins empty"),
        _("The file {file} could not be understood, and there is no good copy of it. {kept}").format(
            file=_file(place), kept=_kept(place)
        ),
        _("Another program wrote to it, or the disk had a fault."),
        _(
            "Secrets that are still in the keyring were not touched. Restore a back-up from the File menu, put the "
            "file back from a copy of yours, or add the connections again."
        ),
        _read(),
    )


def missing(place: Place) -> Guidance:
    return Guidance(
        _("The list of connections was gone and has been put back"),
        _("The file {file} was not there any more. The last good copy, of {moment}, took its place.").format(
            file=_file(place), moment=_copied(place)
        ),
        _("Somebody deleted the file, or a program that tidies up did."),
        _("To remove a connection with its secrets, use “Remove”; to delete only the file leaves secrets behind."),
        _read(),
    )


def removed(place: Place) -> Guidance:
    return Guidance(
        _("The list of connections is gone"),
        _("The file {file} and the copy of it were removed while ADO Connect was open.").format(file=_file(place)),
        _("Somebody deleted the folder, or the disk that it is on was taken away."),
        _(
            "Secrets that are still in the keyring were not touched. If that was not meant, put the folder or the disk "
            "back, or restore a back-up from the File menu."
        ),
        _read(),
    )
