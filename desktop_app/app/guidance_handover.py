"""Words for what hinders a token from being handed to another tool."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.i18n import _


def client_secret_not_kept(place: Place) -> Guidance:
    return Guidance(
        _("This connection has no client secret"),
        _("What you chose is made with the client secret of an app, and this connection works without one."),
        _("Its app is registered for mobile and desktop programs, which have no client secret."),
        _("Choose something that is made with the token, or enter a client secret under Edit."),
        Action(_("Enter a client secret"), ActionKind.EDIT_FIELD, "secret"),
    )


def form_cannot_carry(place: Place) -> Guidance:
    return Guidance(
        _("This can not be written down so that the tool reads it back unchanged"),
        _("The secret holds {obstacle}. “{form}” has no way to write that, so nothing was copied.").format(
            obstacle=_obstacle(place), form=_title(place)
        ),
        _("Tokens and client secrets that Microsoft makes have no such signs; perhaps it was not copied whole."),
        _("Choose another form, or enter the secret again under Edit."),
        Action(_("Enter the secret again"), ActionKind.EDIT_FIELD, "secret"),
    )


def _obstacle(place: Place) -> str:
    from desktop_app.app.handover.spelling import Obstacle
    from desktop_app.app.handover.words import obstacle_words

    found = place.fact("obstacle", "")
    return obstacle_words(Obstacle(found)) if found in set(Obstacle) else _("a sign that does not fit")


def _title(place: Place) -> str:
    from desktop_app.app.handover.table import forms

    return next((form.title for form in forms() if form.key == place.fact("form", "")), _("This form"))
