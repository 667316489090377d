"""Why Azure did not tell an end, and what to do instead: calm sentences to stand beside the end."""

from __future__ import annotations

from typing import assert_never

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.i18n import _, ngettext
from desktop_app.app.learning import Answer, Untold
from desktop_app.core.lifecycle import FULL_ACCESS_SCOPE, PatRecord
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method


def answer_words(answer: Answer) -> str:
    """Whole sentences; also for an end that was told."""
    profile = answer.profile
    person, where = profile.account or _("the person behind it"), profile.organization
    match answer.untold:
        case None:
            return _("Azure told the end.")
        case Untold.NO_SIGN_IN:
            return _(
                "Azure tells the end of a token only to the person it belongs to: set up an OAuth connection as "
                "{person} to {where} too, or enter the date by hand."
            ).format(person=person, where=where)
        case Untold.NOT_LISTED if profile.method is Method.PAT:
            return _(
                "It is not among the active tokens of {person} in {where}. Look at the token page and enter the date "
                "by hand."
            ).format(person=person, where=where)
        case Untold.NOT_LISTED:
            return _(
                "It is not among the client secrets that the app has now. Look at Certificates & secrets and enter the "
                "date by hand."
            )
        case Untold.SEVERAL:
            return ngettext(
                "There is {n} active token of {person} in {where}. Say whether it is this one.",
                "There are {n} active tokens of {person} in {where}. Say which one it is.",
                len(answer.tokens),
            ).format(person=person, where=where, n=len(answer.tokens))
        case Untold.ALIKE:
            return _(
                "The app has several client secrets, and Azure does not show enough of them to tell which one it is. "
                "Look at Certificates & secrets and enter the date by hand."
            )
        case Untold.REFUSED:
            return _refused(answer)
        case Untold.NOTHING_TO_ASK:
            return _("There is no secret whose end could be asked for.")
        case _:
            assert_never(answer.untold)


def _refused(answer: Answer) -> str:
    if answer.problem is Problem.GRAPH_PERMISSION_MISSING:
        return _(
            "Azure does not let this app read its own client secrets, like most apps. Look at Certificates & secrets "
            "and enter the date by hand."
        )
    if answer.problem is Problem.PAT_LIFECYCLE_REFUSED:
        return _(
            "Azure did not let the sign-in of {person} see its tokens. Look at the token page and enter the date by "
            "hand."
        ).format(person=answer.profile.account)
    profile = answer.profile
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id, answer.facts)
    title = guidance_for(answer.problem or Problem.INTERNAL, place).title
    if profile.method is Method.PAT:
        return _("The sign-in of {person} could not ask Azure. {reason}. You can enter the date by hand.").format(
            person=profile.account, reason=title
        )
    return _("Azure could not be asked. {reason}. You can enter the date by hand.").format(reason=title)


def token_words(token: PatRecord) -> str:
    """A token in a list to choose from: its name, its last day, and what it may do."""
    if FULL_ACCESS_SCOPE in token.scopes:
        scopes = _("full access")
    else:
        scopes = ", ".join(sorted(token.scopes)) or _("no scopes")
    ends = token.valid_to.astimezone().strftime("%Y-%m-%d")
    return _("{name} (until {date}): {scopes}").format(name=token.name, date=ends, scopes=scopes)
