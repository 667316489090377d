"""Words for problems that Azure DevOps reports."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.i18n import _
from desktop_app.core.permissions import PAT_SCOPES, expand


def _organization(place: Place) -> str:
    return place.organization_name or _("the organization")


def _organization_first(place: Place) -> str:
    """As above, at the beginning of a sentence."""
    return place.organization_name or _("The organization")


def _users_page(place: Place) -> Action:
    known = place.organization_name
    url = place.cloud.users_page_url(known) if known else place.cloud.devops
    return Action(_("Open the organization's users"), ActionKind.OPEN_URL, url)


def _token_page(place: Place) -> Action:
    known = place.organization_name
    url = place.cloud.token_page_url(known) if known else place.cloud.devops
    return Action(_("Open the token page"), ActionKind.OPEN_URL, url)


def _policies_page(place: Place) -> Action:
    known = place.organization_name
    base = place.cloud.organization_url(known) if known else place.cloud.devops
    url = f"{base.rstrip('/')}/_settings/organizationPolicy" if known else base
    return Action(_("Open the organization's policies"), ActionKind.OPEN_URL, url)


def organization_not_found(place: Place) -> Guidance:
    return Guidance(
        _("There is no organization called {organization}").format(organization=_organization(place)),
        _("Azure DevOps does not know this name."),
        _("It has a typing error, or a project's name was entered instead of the organization's."),
        _("Open Azure DevOps in a browser: the organization is the first word after {host}/.").format(
            host=place.cloud.devops.removeprefix("https://")
        ),
        Action(_("Change the organization"), ActionKind.EDIT_FIELD, "organization"),
    )


def personal_account_organization(place: Place) -> Guidance:
    return Guidance(
        _("This organization uses personal Microsoft accounts"),
        _("{organization} is not connected to a company directory.").format(organization=_organization_first(place)),
        _("Such organizations can not be reached with an app or a client secret, only with a personal access token."),
        _("Use a personal access token, or connect the organization to Microsoft Entra ID in its settings."),
        Action(_("Open the organization"), ActionKind.OPEN_URL, place.cloud.organization_url(place.organization_name)),
    )


def credential_rejected(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps did not accept the token"),
        _("{organization} answered as if nobody had signed in.").format(organization=_organization_first(place)),
        _(
            "The token was revoked, was made for another organization, or was not copied completely. Azure DevOps does "
            "not say which of these it is."
        ),
        _("Compare the organization with the one the token was made for, then copy the token again or make a new one."),
        _token_page(place),
    )


def credential_anonymous(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps saw an unknown visitor"),
        _("The answer looked fine, but it was the one that everybody gets without signing in."),
        _("The organization has public projects, and the token is expired, revoked or of another organization."),
        _("Check the organization, and copy the token again or make a new one."),
        _token_page(place),
    )


def sign_in_not_accepted(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps did not accept the sign-in"),
        _("Microsoft gave a token, but {organization} answered as if nobody had signed in.").format(
            organization=_organization(place)
        ),
        _(
            "The organization may belong to another tenant, its policies may keep apps out (“Third-party application "
            "access via OAuth”), or the sign-in was withdrawn a moment ago."
        ),
        _("Check the organization's tenant and policies with one of its administrators, then check again."),
        _policies_page(place),
    )


def pat_expired(place: Place) -> Guidance:
    return Guidance(
        _("The personal access token has expired"),
        _("The token was right, but its time is over."),
        _("Every token ends on the day that was chosen when it was made."),
        _("Make a new token with the same scopes, and enter it here."),
        _token_page(place),
    )


def token_ending(place: Place) -> Guidance:
    return Guidance(
        _("The token is about to end"),
        _("It works, but for less than five minutes, so it was not handed out."),
        _("Every token ends at the moment that was chosen when it was made."),
        _("Make a new token with the same scopes, and enter it here."),
        _token_page(place),
    )


def not_in_organization(place: Place) -> Guidance:
    return Guidance(
        _("This account is not a user of {organization}").format(organization=_organization(place)),
        _("The sign-in worked, but the organization does not know the account."),
        _("The account was never added, was removed, or it comes from another tenant."),
        _("Add the account to the organization's users, or sign in with another account."),
        _users_page(place),
    )


def app_not_in_organization(place: Place) -> Guidance:
    object_id = place.fact("object_id", "")
    who = _("the service principal with the object ID {object_id}").format(object_id=object_id) if object_id else ""
    return Guidance(
        _("The app is not a user of {organization}").format(organization=_organization(place)),
        _("The client secret is right, but the organization does not know the app."),
        _("An app must be added to the organization like a person; API permissions do not do that."),
        _("In Organization settings, Users, add {who} with the access level Basic, then check again.").format(
            who=who or _("the app")
        ),
        _users_page(place),
    )


def scope_missing(place: Place) -> Guidance:
    return Guidance(
        _("The token does not include this permission"),
        _("Azure DevOps knows the token, but the token was not made for this."),
        _("A scope was not ticked when the token was made, or the app lacks the permission."),
        _where_to_tick(place.fact("scope", "")),
        _token_page(place),
    )


def _where_to_tick(scope: str) -> str:
    """Names the line of the token page that gives `scope`, where it is one that a connection needs."""
    for line in PAT_SCOPES:
        if scope in expand([line.scope]):
            return _("Edit the token and choose “{choice}” under “{area}”, or make a new one with all scopes.").format(
                choice=line.choice, area=line.area
            )
    return _("Add the missing scope to the token, or make a new token with the scopes listed in the wizard.")


def permission_denied(place: Place) -> Guidance:
    return Guidance(
        _("The account lacks this permission"),
        _("The token would allow it, but the account itself may not do this in Azure DevOps."),
        _("The account is not in the right project group, or has only Stakeholder access."),
        _("Ask a project administrator to give the account the permission named in the details."),
        _users_page(place),
    )


def licence_missing(place: Place) -> Guidance:
    return Guidance(
        _("The account has no license for this"),
        _("The account is a user of {organization}, but its access level does not include what was asked for.").format(
            organization=_organization(place)
        ),
        _("The access level is Stakeholder, which is free and leaves most of Azure DevOps closed."),
        _("In Organization settings, Users, change the access level of the account to Basic, then check again."),
        _users_page(place),
    )


def policy_blocked(place: Place) -> Guidance:
    return Guidance(
        _("A rule of your company blocks the access"),
        _("Azure DevOps refused because of a Conditional Access or network rule."),
        _("The rule may allow company networks or computers only."),
        _("Try from the company network or VPN; show the details to your administrator if it stays so."),
        Action(_("Try again"), ActionKind.TRY_AGAIN),
    )


def no_projects(place: Place) -> Guidance:
    return Guidance(
        _("No project can be seen"),
        _("The connection works, but {organization} shows it no project at all.").format(
            organization=_organization(place)
        ),
        _("The account was added to the organization, but to none of its projects yet."),
        _("Add the account to the projects that matter, for example to the group Contributors."),
        _users_page(place),
    )


def project_not_found(place: Place) -> Guidance:
    return Guidance(
        _("The project is gone or hidden"),
        _("Azure DevOps does not show the project to this account."),
        _("It was renamed or deleted, or the account lost its access."),
        _("Check the project in a browser, then check again."),
        Action(_("Try again"), ActionKind.TRY_AGAIN),
    )


def api_not_offered(place: Place) -> Guidance:
    return Guidance(
        _("This server does not offer what ADO Connect needs"),
        _("Azure DevOps answered that it does not know this kind of request, or not in this version."),
        _("An address of a custom cloud is not exact, or the server behind it is an older one."),
        _("Compare the addresses under Advanced letter by letter, and ask who runs the server for its version."),
        Action(_("Check the addresses"), ActionKind.EDIT_FIELD, "cloud"),
    )


def empty_request_accepted(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps accepted a request without content"),
        _("To find out what the token may do, ADO Connect sent an empty request that should have been refused."),
        _("The server behind the address is not Azure DevOps as Microsoft describes it, or it has changed."),
        _(
            "Look in the project for a variable group or release without a name and delete it. Then make the report "
            "without asking more closely."
        ),
        Action(
            _("Open the organization"),
            ActionKind.OPEN_URL,
            place.cloud.organization_url(place.organization_name) if place.organization_name else place.cloud.devops,
        ),
    )


def devops_unexpected(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps answered in an unexpected way"),
        _("The answer (status {status}) is none that ADO Connect knows.").format(
            status=place.fact("status", _("unknown"))
        ),
        _("A feature may be switched off in the organization, or the service changed."),
        _("Try again; if it stays so, the details help Microsoft's or our support."),
        Action(_("Try again"), ActionKind.TRY_AGAIN),
    )
