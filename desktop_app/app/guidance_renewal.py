"""Words for what stands in the way of renewing a credential: rules for personal access tokens, and Microsoft Graph."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_pieces import again, host_first, sign_in_again
from desktop_app.app.i18n import _


def _token_page(place: Place) -> Action:
    known = place.organization_name
    url = place.cloud.token_page_url(known) if known else place.cloud.devops
    return Action(_("Open the token page"), ActionKind.OPEN_URL, url)


def _secrets_page(place: Place) -> Action:
    return Action(_("Open Certificates & secrets"), ActionKind.OPEN_URL, place.app_page("Credentials"))


def conflict(place: Place) -> Guidance:
    return Guidance(
        _("Something else changed the same thing at the same moment"),
        _("{host} did not carry out the change, because another one came in between.").format(host=host_first(place)),
        _("A colleague, another window or an earlier attempt is working on the same app or token."),
        _("Wait a few seconds, then try again: ADO Connect first looks at what is there now."),
        again(),
    )


def secret_not_known_yet(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft's sign-in does not know the new secret yet"),
        _("The new client secret was made, but the sign-in still refused it after {seconds} seconds.").format(
            seconds=place.fact("waited_s", _("many"))
        ),
        _("A new secret has to reach all of Microsoft's servers first. Mostly this takes seconds, at times minutes."),
        _("Wait a few minutes, then try again. The secret used until now still works."),
        again(),
    )


def pat_lifecycle_refused(place: Place) -> Guidance:
    return Guidance(
        _("This sign-in may not manage personal access tokens"),
        _("Azure DevOps did not let the sign-in see or change the tokens of its account."),
        _(
            "The app that was signed in to lacks the permission “user_impersonation”, the organization limits who may "
            "make tokens, or not a person signed in but an app."
        ),
        _(
            "Add the permission to the app and sign in again. Or make the token yourself on the token page, and enter "
            "it and its end here: that is just as good."
        ),
        _token_page(place),
        sign_in_again(),
    )


def pat_policy_lifespan(place: Place) -> Guidance:
    return Guidance(
        _("Your company allows tokens a shorter life only"),
        _("Azure DevOps did not make the token, because it was to last longer than your company's rules allow."),
        _("A rule of the tenant limits how many days a personal access token may last."),
        _("Choose an earlier end, for example 30 days from now, and try again. An administrator knows the limit."),
        Action(_("Choose another end"), ActionKind.EDIT_FIELD, "expiry"),
    )


def pat_policy_full_access(place: Place) -> Guidance:
    return Guidance(
        _("Your company does not allow tokens with full access"),
        _("Azure DevOps did not make the token, because it was to have full access."),
        _("The new token was to be like the old one, which is from before a rule of the tenant forbade this."),
        _("Make a new token with the scopes that this connection needs, and nothing more."),
        _token_page(place),
    )


def pat_policy_global(place: Place) -> Guidance:
    return Guidance(
        _("Your company does not allow tokens for all organizations"),
        _("Azure DevOps did not make the token, because it was to work in all organizations."),
        _("A rule of the tenant forbids this; from December 2026 Microsoft ends such tokens for everybody."),
        _("Make a token for this one organization."),
        _token_page(place),
    )


def pat_end_refused(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps does not accept this end"),
        _("The token was not made, because Azure DevOps found its last day too early or too late."),
        _("A token may last for one year at most, and must end after today. This computer's date may also be wrong."),
        _("Choose an end between tomorrow and one year from now, and try again."),
        Action(_("Choose another end"), ActionKind.EDIT_FIELD, "expiry"),
    )


def pat_scopes_refused(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps does not accept these scopes"),
        _("The token was not made, because Azure DevOps does not know or does not allow one of its scopes."),
        _("The organization limits which scopes a token may have, or a scope of the old token no longer exists."),
        _("Make the token on the token page, which shows the scopes that can be chosen, and enter it here."),
        _token_page(place),
    )


def pat_creation_refused(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps did not make the token"),
        _("It refused with the reason “{reason}”.").format(reason=place.fact("pat_error", _("none given"))),
        _("The account may not make tokens in this organization, or a rule of the company forbids it."),
        _("Try it on the token page, which may say more, or ask an administrator. The old token is still in use."),
        _token_page(place),
    )


def pat_revocation_refused(place: Place) -> Guidance:
    return Guidance(
        _("The old token could not be revoked"),
        _("Azure DevOps refused with the reason “{reason}”.").format(reason=place.fact("pat_error", _("none given"))),
        _("The account that is signed in may not be the one that the token belongs to."),
        _("Revoke the old token on the token page, so that nobody else can use it. The new one works already."),
        _token_page(place),
    )


def graph_not_offered(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft Graph is not known for this cloud"),
        _("Client secrets are renewed through Microsoft Graph, and this connection's cloud names no address for it."),
        _("The hosts were entered by hand, without the one of Microsoft Graph."),
        _("Renew the secret in the portal and enter it and its end here: that is just as good."),
        _secrets_page(place),
    )


def graph_permission_missing(place: Place) -> Guidance:
    return Guidance(
        _("The app may not look after its own secrets"),
        _("Microsoft Graph knows the app, but does not let it read or change its client secrets."),
        _(
            "For this the app needs the application permission “Application.ReadWrite.OwnedBy” of Microsoft Graph, "
            "with an administrator's consent, and must be an owner of itself. Most apps have neither."
        ),
        _(
            "You can do without: look up the end of the secret under Certificates & secrets and enter it by hand. Or "
            "ask an Entra administrator for the permission, and to make the app's service principal an owner of the "
            "app (in the Azure CLI: “az ad app owner add”)."
        ),
        _secrets_page(place),
        Action(_("Open API permissions"), ActionKind.OPEN_URL, place.app_page("CallAnAPI")),
    )


def graph_sign_in_refused(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft Graph did not accept the sign-in"),
        _("The app signed in, but Microsoft Graph answered as if it had not."),
        _("The sign-in was withdrawn, a rule of the company is in the way, or this computer's clock is wrong."),
        _("Check the date and time of this computer, then try again."),
        again(),
    )


def graph_unexpected(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft Graph answered in an unexpected way"),
        _("The answer ({code}, status {status}) is none that ADO Connect knows.").format(
            code=place.fact("code", _("no code")), status=place.fact("status", _("unknown"))
        ),
        _("The service has changed, or a rule of the company is in the way that has no name of its own."),
        _("Renew the secret in the portal and enter it here. The details help Microsoft's or our support."),
        _secrets_page(place),
        again(),
    )


def app_secrets_forbidden(place: Place) -> Guidance:
    return Guidance(
        _("Your company does not allow new client secrets"),
        _("Microsoft Graph did not make the secret: a rule forbids client secrets for this app."),
        _("An app management policy of the tenant allows certificates or managed identities only."),
        _("Ask an Entra administrator to exempt this app, or connect in another way. The old secret still works."),
        _secrets_page(place),
    )


def app_secret_lifetime(place: Place) -> Guidance:
    return Guidance(
        _("Your company allows client secrets a shorter life only"),
        _("Microsoft Graph did not make the secret, because it was to last longer than your company's rules allow."),
        _("An app management policy of the tenant limits how many days a client secret may last."),
        _("Choose an earlier end, for example 90 days from now, and try again. An administrator knows the limit."),
        Action(_("Choose another end"), ActionKind.EDIT_FIELD, "expiry"),
    )


def app_secrets_full(place: Place) -> Guidance:
    return Guidance(
        _("The app has too many client secrets"),
        _("Microsoft Graph did not make another one: the app registration is full."),
        _("Apps for personal accounts may have two client secrets; others have room for a limited number of entries."),
        _("Delete client secrets that have expired or that nobody uses, then try again."),
        _secrets_page(place),
    )
