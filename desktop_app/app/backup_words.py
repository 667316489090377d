"""Words for what a back-up holds and what is to become of it."""

from __future__ import annotations

from typing import assert_never

from desktop_app.app.backups import Imported
from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.backup import Decision, PreviewItem, Standing


def standing_words(item: PreviewItem) -> str:
    """How an entry stands to what is here."""
    match item.standing:
        case Standing.NEW:
            words = _("Is not here yet.")
        case Standing.SAME:
            words = _("Is here already, just the same.")
        case Standing.CHANGED:
            words = _("Is here already, with another secret or other settings.")
        case Standing.NAME_TAKEN:
            words = _("Another connection here has this name.")
        case _:
            assert_never(item.standing)
    return words if item.entry.credential is not None else f"{words} {_('It comes without a secret.')}"


def decision_words(decision: Decision, standing: Standing) -> str:
    """What can be chosen for an entry."""
    match decision:
        case Decision.SKIP:
            return _("Leave it out") if standing is Standing.NEW else _("Keep what is here")
        case Decision.ADD:
            return _("Add it")
        case Decision.REPLACE:
            return _("Replace what is here")
        case Decision.ADD_BESIDE:
            return _("Add it under another name")
        case _:
            assert_never(decision)


def imported_words(done: Imported) -> str:
    """How an import ended, in whole sentences."""
    said = [
        ngettext("{count} connection was added.", "{count} connections were added.", len(done.added)).format(
            count=len(done.added)
        )
    ]
    if done.replaced:
        count = len(done.replaced)
        said.append(
            ngettext("{count} connection was replaced.", "{count} connections were replaced.", count).format(
                count=count
            )
        )
    if done.skipped:
        said.append(
            ngettext("{count} was left as it is.", "{count} were left as they are.", done.skipped).format(
                count=done.skipped
            )
        )
    for name, failure in done.failed.items():
        said.append(
            _("“{name}” could not be added: {reason}.").format(name=name, reason=guidance_of(failure, Place()).title)
        )
    if done.added or done.replaced:
        said.append(_("Press “Check again” on each to see whether it works on this computer."))
    return " ".join(said)
