"""Failures in words on standard error: what happened, what to do now, and the code. No traceback, no secret."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from desktop_app.app.guidance import Place, details_of
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.cli.layout import paragraph
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.redact import redact


class UsageFault(Exception):
    """Something was named that is not there. The text is a whole sentence."""


def not_there(sentence: str, names: Sequence[str]) -> UsageFault:
    """With what there is instead."""
    if not names:
        return UsageFault(sentence)
    return UsageFault(f"{sentence} " + _("There is: {names}.").format(names=", ".join(names)))


def tell_usage(fault: UsageFault) -> None:
    _say(paragraph(f"ado-connect: {fault}"))


def tell(failure: ConnectionProblem, place: Place | None = None) -> None:
    """Explain a failure."""
    guidance = guidance_of(failure, place or Place())
    _say(paragraph(f"ado-connect: {guidance.title}."))
    for sentence in (guidance.happened, guidance.likely, guidance.now):
        _say(paragraph(sentence, "  "))
    for detail in details_of(failure):
        _say(f"  {detail}")


def _say(text: str) -> None:
    print(redact(text), file=sys.stderr)
