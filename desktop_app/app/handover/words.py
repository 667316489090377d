"""Sentences around the forms: where a secret stays, and what hinders a form."""

from __future__ import annotations

from typing import assert_never

from desktop_app.app.handover.spelling import Obstacle
from desktop_app.app.handover.table import Stays
from desktop_app.app.i18n import _


def stays_words(stays: Stays) -> str:
    """Where the secret is afterwards; nothing to say for NOWHERE."""
    match stays:
        case Stays.NOWHERE:
            return ""
        case Stays.SHELL:
            return _("The shell may keep the secret in its history.")
        case Stays.COMMAND_LINE:
            return _(
                "The secret stands on a command line: other programs of that computer see it while the command runs."
            )
        case Stays.FILE:
            return _("The secret stands in a file in plain text: let nobody else read that file.")
        case _:
            assert_never(stays)


def obstacle_words(obstacle: Obstacle) -> str:
    """What in the secret hinders a form, for the middle of a sentence."""
    match obstacle:
        case Obstacle.NULL:
            return _("a null character")
        case Obstacle.BROKEN:
            return _("half a character, which is no text")
        case Obstacle.LINE_BREAK:
            return _("a line break")
        case Obstacle.CONTROL:
            return _("an invisible control character")
        case Obstacle.NOT_ASCII:
            return _("a letter or sign outside A to Z, digits and common signs")
        case Obstacle.EDGE:
            return _("a blank at its beginning or end")
        case Obstacle.SPECIAL:
            return _("a sign that this tool would take for something else")
        case _:
            assert_never(obstacle)
