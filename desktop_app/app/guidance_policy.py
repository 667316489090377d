"""Words for what the IT of a company does not allow on its computers (core/policy.py)."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.i18n import _


def set_by_organization() -> str:
    """Stands beside whatever a policy fixes."""
    return _("Set by your organization")


def forbids_method(place: Place) -> Guidance:
    return Guidance(
        _("Your organization does not allow this way to connect"),
        _("The policy on this computer is set by your organization and leaves this way of signing in out."),
        _("Your IT team wants connections to be made in another way."),
        _("Make a connection in a way that is offered, or ask your IT team. What is saved here stays as it is."),
    )


def forbids_tenant(place: Place) -> Guidance:
    tenant = place.fact("tenant", "")
    happened = (
        _("The policy on this computer is set by your organization and does not list the directory {tenant}.")
        if tenant
        else _("The policy on this computer is set by your organization, and this connection belongs to no directory.")
    )
    return Guidance(
        _("Your organization does not allow this directory"),
        happened.format(tenant=tenant),
        _("The connection leads to another company's directory, or to one that is new to your IT team."),
        _("Choose an organization of your own company, or ask your IT team. What is saved here stays as it is."),
        Action(_("Change the organization"), ActionKind.EDIT_FIELD, "organization"),
    )


def forbids_host(place: Place) -> Guidance:
    return Guidance(
        _("Your organization does not allow these servers"),
        _("The policy on this computer is set by your organization and does not list {host}.").format(
            host=place.fact("host", _("one of the servers"))
        ),
        _("The connection leads to another cloud or server than your company uses."),
        _("Choose another cloud under “Advanced”, or ask your IT team. What is saved here stays as it is."),
        Action(_("Change the cloud"), ActionKind.EDIT_FIELD, "organization"),
    )


def unreadable(place: Place) -> Guidance:
    return Guidance(
        _("The rules of your organization can not be read"),
        _("There is a policy for this computer, but ADO Connect does not understand it, so it uses no connection."),
        _("It was changed by hand and has a mistake, or it was written for a newer version of ADO Connect."),
        _("Ask your IT team to correct it, then start ADO Connect again. Nothing that is saved here is lost."),
    )
