"""Words for a renewal: what will happen, through whose sign-in, what happens now, and what was done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import assert_never

from desktop_app.app.i18n import _
from desktop_app.app.renewals import Offer, Renewed, Stage
from desktop_app.core.inputs import LONGEST_LIFE
from desktop_app.core.profile import Method, Profile

USUAL_LIFE = timedelta(days=90)


def title(profile: Profile) -> str:
    if profile.method is Method.PAT:
        return _("Renew the token of {name}").format(name=profile.name)
    return _("Renew the client secret of {name}").format(name=profile.name)


def looking(profile: Profile) -> str:
    """While it is found out whether it can be done."""
    return _("Finding out who can ask Azure for it…")


def plan(profile: Profile, offer: Offer) -> str:
    """What will happen, and through which sign-in."""
    if profile.method is Method.PAT:
        return _(
            "Azure DevOps makes a new token for {account} with the same scopes. ADO Connect asks for it through the "
            "sign-in of your connection “{through}”, checks it, and only if it works puts it in the place of the old "
            "one."
        ).format(account=profile.account, through=offer.through.name if offer.through else "")
    return _(
        "The app asks Microsoft Graph for a new client secret for itself, with the one that it has. ADO Connect waits "
        "until Microsoft's sign-in knows the new one, checks it, and only if it works puts it in the place of the old "
        "one."
    )


def end_label(profile: Profile) -> str:
    return _("The new token ends on") if profile.method is Method.PAT else _("The new client secret ends on")


def suggested_end(offer: Offer, today: date) -> date:
    """As long as the old one lasted, where Azure tells, but never more than a year."""
    lasted = offer.lasted or USUAL_LIFE
    return today + max(timedelta(days=1), min(timedelta(days=lasted.days), LONGEST_LIFE))


def revoke_choice(profile: Profile) -> str:
    if profile.method is Method.PAT:
        return _("Revoke the old token as soon as the new one works")
    return _("Delete the old client secret as soon as the new one works")


def revoke_help(profile: Profile, offer: Offer) -> str:
    """What the choice means; or why there is none."""
    if not offer.knows_old:
        if profile.method is Method.PAT:
            return _(
                "ADO Connect does not know which token in Azure's list the old one is. It is kept until you confirm "
                "that it is not needed any more, and you revoke it yourself on the token page."
            )
        return _(
            "ADO Connect can not tell which client secret in Azure's list the old one is. It is kept until you confirm "
            "that it is not needed any more, and you delete it yourself under “Certificates & secrets”."
        )
    return _(
        "Programs that still use the old one stop working then. Without this it is kept until you confirm that it is "
        "not needed any more."
    )


def stage(which: Stage, profile: Profile) -> str:
    """A line of what is done."""
    pat = profile.method is Method.PAT
    match which:
        case Stage.MAKING:
            return _("Azure DevOps makes the new token") if pat else _("Microsoft makes the new client secret")
        case Stage.CHECKING:
            return _("The new one is checked")
        case Stage.SWAPPING:
            return _("The new one takes the old one's place")
        case Stage.REVOKING:
            return _("The old token is revoked") if pat else _("The old client secret is deleted")
        case _:
            assert_never(which)


def patience(which: Stage, profile: Profile) -> str:
    """What is worth knowing while it lasts; empty where it takes a moment only."""
    if which is Stage.CHECKING and profile.method is Method.CLIENT_SECRET:
        return _("It can take some minutes until Microsoft's sign-in knows a new client secret.")
    return ""


def cancelling(profile: Profile) -> str:
    return _(
        "Undoing it… What Azure has made already is revoked again. You can close this window; ADO Connect goes on with "
        "it."
    )


def cancelled(profile: Profile, *, left: bool) -> str:
    """After it was undone. `left` tells that Azure has not confirmed it yet."""
    if left:
        return _(
            "Cancelled. The connection uses what it used before. What Azure may have made already is revoked again as "
            "soon as Azure can be reached; ADO Connect tries every minute."
        )
    return _("Cancelled. The connection uses what it used before, and nothing new is left at Azure.")


def done(profile: Profile, renewed: Renewed, *, revoked: bool) -> str:
    """What was done."""
    ends = renewed.profile.credential_ends
    day = ends.isoformat() if ends else _("an unknown day")
    if profile.method is Method.PAT:
        made = _("The connection uses a new token now. It works, and ends on {date}.").format(date=day)
        if renewed.left is not None:
            rest = _("Azure has not confirmed yet that the old token is revoked; ADO Connect tries again every minute.")
        elif revoked:
            rest = _("The old token is revoked.")
        else:
            rest = _("The old token is kept until you confirm that it is not needed any more.")
    else:
        made = _("The connection uses a new client secret now. It works, and ends on {date}.").format(date=day)
        if renewed.left is not None:
            rest = _(
                "Azure has not confirmed yet that the old client secret is deleted; ADO Connect tries again every "
                "minute."
            )
        elif revoked:
            rest = _("The old client secret is deleted.")
        else:
            rest = _("The old client secret is kept until you confirm that it is not needed any more.")
    return f"{made} {rest}"


def reminder(profile: Profile) -> str:
    """What only the person can do."""
    if profile.method is Method.PAT:
        return _("Is the old token used anywhere else, in a pipeline or in another program? Put the new one there.")
    return _("Is the old client secret used anywhere else, in a pipeline or in another program? Put the new one there.")


def copy_label(profile: Profile) -> str:
    return _("Copy token") if profile.method is Method.PAT else _("Copy client secret")


def other_way(profile: Profile) -> str:
    """The button for doing it by hand."""
    return _("Enter a new token…") if profile.method is Method.PAT else _("Enter a new client secret…")


def refused(profile: Profile) -> str:
    """Above the reason why it can not be done here."""
    if profile.method is Method.PAT:
        return _("ADO Connect can not renew this token by itself now. You can always make one and enter it yourself.")
    return _("ADO Connect can not renew this secret by itself now. You can always make one and enter it yourself.")


def failed(profile: Profile) -> str:
    """Above the reason why it came to nothing."""
    return _("The renewal came to nothing. The connection still uses what it used before.")
