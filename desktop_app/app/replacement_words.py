"""Words around a secret that is replaced: the last pages of its wizard, and the notice that the old one is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from desktop_app.app.drafts import Aim, Draft
from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.core.changes import Change, Step
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile


class PageWords(NamedTuple):
    """A page's title, its sentences, and the button that leads on."""

    title: str
    text: str
    forward: str


# -- the wizard -------------------------------------------------------------------------------------------------------


def put_in_place_words(draft: Draft) -> PageWords:
    """Before what was proved is saved."""
    if draft.aim is Aim.NEW_SIGN_IN:
        return PageWords(
            _("Use this sign-in"),
            _("The sign-in works. Keep it, and the connection works again as before."),
            _("Keep this sign-in"),
        )
    if draft.method is Method.PAT:
        return PageWords(
            _("Use the new token"),
            _(
                "The new token works. From now on the connection uses it. The old one is kept, so that you can go "
                "back, until you confirm that it is not needed any more."
            ),
            _("Use the new token"),
        )
    return PageWords(
        _("Use the new client secret"),
        _(
            "The new client secret works. From now on the connection uses it. The old one is kept, so that you can go "
            "back, until you confirm that it is not needed any more."
        ),
        _("Use the new secret"),
    )


def other_account_words(draft: Draft) -> str:
    """What to say where a connection would act as somebody else from now on; empty where it would not."""
    before = draft.editing.account if draft.editing else ""
    now = draft.proven.account if draft.proven else ""
    if not before or not now or before.casefold() == now.casefold():
        return ""
    return _("The connection acted as {before} until now; with this it acts as {now}.").format(before=before, now=now)


def done_words(draft: Draft) -> tuple[str, str]:
    """Title and sentences of the last page."""
    available = _("Your Azure DevOps connection is now available for use.")
    if draft.editing is None:
        return _("Connection created"), available
    if draft.aim is Aim.NEW_SECRET and draft.method is Method.PAT:
        return _("The new token is in use"), _(
            "Put the new token also wherever else the old one is used. Then revoke the old one; the page of the "
            "connection leads there."
        )
    if draft.aim is Aim.NEW_SECRET:
        return _("The new client secret is in use"), _(
            "Put the new secret also wherever else the old one is used. Then delete the old one in the Azure portal; "
            "the page of the connection leads there."
        )
    return _("Connection updated"), available


# -- the notice -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptWords:
    """The notice about an old secret that is kept, or a renewal that is not finished. `link` leads to where the old one
    is revoked; the labels are empty where that can not be done."""

    title: str
    text: str
    link: Action | None = None
    forget: str = ""
    put_back: str = ""


def kept_words(change: Change, profile: Profile) -> KeptWords | None:
    """None where there is nothing to say."""
    match change.step:
        case Step.KEPT:
            return _kept(profile)
        case Step.REVOKING:
            return _revoking(profile)
        case Step.CREATING | Step.CREATED | Step.UNDOING:
            return _undoing(profile)
        case _:
            return None


def _kept(profile: Profile) -> KeptWords:
    if profile.method is Method.PAT:
        return KeptWords(
            _("The old token is kept until you confirm."),
            _(
                "The connection uses the new one. Is the new one in place wherever else the old one was used? Then "
                "revoke the old one on the token page, and confirm here."
            ),
            _revoke_link(profile),
            _("It is not needed any more"),
            _("Put the old one back"),
        )
    return KeptWords(
        _("The old client secret is kept until you confirm."),
        _(
            "The connection uses the new one. Is the new one in place wherever else the old one was used? Then delete "
            "the old one under “Certificates & secrets”, and confirm here."
        ),
        _revoke_link(profile),
        _("It is not needed any more"),
        _("Put the old one back"),
    )


def _revoking(profile: Profile) -> KeptWords:
    if profile.method is Method.PAT:
        title = _("Azure has not confirmed yet that the old token is revoked.")
    else:
        title = _("Azure has not confirmed yet that the old client secret is deleted.")
    text = _(
        "The new one is in use. ADO Connect tries again every minute while it is open, and at its next start. You can "
        "also do it yourself at Azure, and confirm here."
    )
    return KeptWords(title, text, _revoke_link(profile), _("I have done it myself"))


def _undoing(profile: Profile) -> KeptWords:
    text = _(
        "The connection still uses what it used before. What Azure may have made already is revoked again as soon as "
        "Azure can be reached; ADO Connect tries every minute while it is open, and at its next start."
    )
    if profile.method is Method.PAT:
        return KeptWords(_("A renewal of this token was interrupted."), text)
    return KeptWords(_("A renewal of this client secret was interrupted."), text)


def _revoke_link(profile: Profile) -> Action:
    if profile.method is Method.PAT:
        url = profile.cloud.token_page_url(profile.organization)
        return Action(_("Open the token page"), ActionKind.OPEN_URL, url)
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
    return Action(_("Open Certificates & secrets"), ActionKind.OPEN_URL, place.app_page("Credentials"))


class QuestionWords(NamedTuple):
    """What is asked before it is done, and its two answers."""

    title: str
    text: str
    more: str
    yes: str
    no: str


def forget_question(profile: Profile) -> QuestionWords:
    """Before the old secret is forgotten."""
    if profile.method is Method.PAT:
        return QuestionWords(
            _("Forget the old token"),
            _("Forget the old token of “{name}”?").format(name=profile.name),
            _(
                "Whoever has it can use it until it is revoked on the token page: forgetting it here does not revoke "
                "it. You can not go back to it afterwards."
            ),
            _("Forget it"),
            _("Keep it"),
        )
    return QuestionWords(
        _("Forget the old client secret"),
        _("Forget the old client secret of “{name}”?").format(name=profile.name),
        _(
            "Whoever has it can use it until it is deleted under “Certificates & secrets”: forgetting it here does not "
            "delete it. You can not go back to it afterwards."
        ),
        _("Forget it"),
        _("Keep it"),
    )


def put_back_question(profile: Profile) -> QuestionWords:
    """Before the old secret is put back."""
    if profile.method is Method.PAT:
        title, text = _("Put the old token back"), _("Use the old token of “{name}” again?").format(name=profile.name)
    else:
        title = _("Put the old client secret back")
        text = _("Use the old client secret of “{name}” again?").format(name=profile.name)
    more = _(
        "The old one is tried out first, and only used if it works. The new one is then forgotten here; at Azure it "
        "stays valid until you revoke it there."
    )
    return QuestionWords(title, text, more, _("Try it and put it back"), _("Leave it"))


def not_put_back(failure: ConnectionProblem, profile: Profile) -> Guidance:
    """The old one was tried out, and does not work."""
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
    found = guidance_of(failure, place)
    return replace(
        found,
        title=_("The old one was not put back: it does not work now"),
        happened=f"{_('ADO Connect tried it out.')} {found.title}. {found.happened}",
        now=_(
            "Nothing has changed: the new one is still in use. If the old one has ended or was revoked, confirm that "
            "it is not needed any more. Otherwise try again later."
        ),
        action=None,
        second=None,
    )
