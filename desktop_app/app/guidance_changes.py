"""Words for changes that can not be made yet, because an earlier one is not finished."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_pieces import again
from desktop_app.app.i18n import _


def old_secret_kept(place: Place) -> Guidance:
    return Guidance(
        _("An older secret is still kept"),
        _("The secret of this connection was replaced before, and the one before it is kept so that you can go back."),
        _("Only one older secret is kept, so that it is always clear which one “back” means."),
        _(
            "On the page of the connection, say whether the newer secret works everywhere, or put the older one "
            "back. Then try again here; what you entered stays."
        ),
        again(),
    )


def renewal_unfinished(place: Place) -> Guidance:
    return Guidance(
        _("A renewal of this connection is not finished"),
        _("Azure was asked to make or to revoke a secret, and has not confirmed it yet."),
        _("The network went away in the middle of it, or another window of ADO Connect is working on it."),
        _("Wait a minute and try again. ADO Connect finishes it by itself as soon as Azure can be reached."),
        again(),
    )


def renewal_needs_sign_in(place: Place) -> Guidance:
    account = place.fact("account", "")
    owner = _("the owner of the token, {account}").format(account=account) if account else _("the owner of the token")
    known = place.organization_name
    return Guidance(
        _("Nobody is signed in who could renew this token"),
        _("Azure DevOps lets only {owner} make a new token, and only after signing in.").format(owner=owner),
        _("There is no OAuth connection of the same person to the same organization."),
        _(
            "Add a connection by OAuth and sign in with that account; then this token can be renewed here. Or make a "
            "new token yourself on the token page, and enter it with “Replace”."
        ),
        Action(
            _("Open the token page"),
            ActionKind.OPEN_URL,
            place.cloud.token_page_url(known) if known else place.cloud.devops,
        ),
    )
