"""Words for problems that Microsoft Entra ID (formerly Azure Active Directory) reports."""

from __future__ import annotations

from urllib.parse import quote

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.i18n import _


def _edit(label: str, field: str) -> Action:
    return Action(label, ActionKind.EDIT_FIELD, field)


def _portal(label: str, place: Place, blade: str) -> Action:
    return Action(label, ActionKind.OPEN_URL, place.app_page(blade))


def tenant_not_found(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft does not know this tenant"),
        _("There is no directory with the ID or domain {tenant}.").format(
            tenant=place.fact("tenant", place.tenant or _("you entered"))
        ),
        _("The ID was copied from another field, has a typing error, or belongs to another Azure cloud."),
        _("Copy “Directory (tenant) ID” from the Overview page of the app registration."),
        _edit(_("Change the tenant ID"), "tenant"),
    )


def tenant_mismatch(place: Place) -> Guidance:
    return Guidance(
        _("The organization belongs to another tenant"),
        _("{organization} trusts the directory {owner}, but the tenant given is {tenant}.").format(
            organization=place.organization_name or _("The organization"),
            owner=place.fact("organization_tenant", _("of another company")),
            tenant=place.fact("tenant", place.tenant or _("another one")),
        ),
        _("Companies often have several tenants; Azure DevOps accepts sign-ins from the organization's own one only."),
        _("Use the organization's tenant, and an app that is registered there."),
        _edit(_("Change the tenant ID"), "tenant"),
    )


def tenant_in_other_cloud(place: Place) -> Guidance:
    return Guidance(
        _("This tenant lives in another Azure cloud"),
        _("Microsoft answered that the directory belongs to a national cloud."),
        _("US Government and China have clouds of their own, with their own sign-in pages."),
        _("Go back to the first page and choose the right cloud under Advanced."),
        _edit(_("Choose the cloud"), "cloud"),
    )


def tenant_word_shared(place: Place) -> Guidance:
    return Guidance(
        _("This sign-in needs the tenant of one company"),
        _("“common”, “organizations” and “consumers” are not tenants; Microsoft wants to know which company is meant."),
        _("Such a word was copied from an example in place of the Directory (tenant) ID."),
        _("Copy “Directory (tenant) ID” from the Overview page of the app registration and enter it here."),
        _edit(_("Enter the tenant ID"), "tenant"),
    )


def tenant_restricted(place: Place) -> Guidance:
    return Guidance(
        _("This network does not allow the tenant"),
        _("Microsoft answered that the network you are in may not sign in to the directory {tenant}.").format(
            tenant=place.fact("tenant", place.tenant or _("you entered"))
        ),
        _("Companies keep a list of tenants that can be used from their network (tenant restrictions)."),
        _("Ask your network team to add the tenant to that list, or check that its ID is the right one."),
        _edit(_("Check the tenant ID"), "tenant"),
    )


def app_single_tenant(place: Place) -> Guidance:
    return Guidance(
        _("This app is for its own company only"),
        _("The app is registered for one tenant, and the sign-in did not name that tenant."),
        _("A general word such as “common” stands in the place of the tenant's ID."),
        _("Enter the ID of the tenant in which the app is registered; its Overview page shows it."),
        _edit(_("Enter the app's tenant"), "tenant"),
    )


def app_not_found(place: Place) -> Guidance:
    return Guidance(
        _("The app is not known in this tenant"),
        _("Microsoft found no app with this application (client) ID in the directory."),
        _("The client ID has a typing error, or the app is registered in another tenant."),
        _("Copy both IDs again from the Overview page of the same app registration."),
        _edit(_("Change the client ID"), "client_id"),
    )


def app_disabled(place: Place) -> Guidance:
    return Guidance(
        _("The app is switched off"),
        _("The app exists, but sign-in to it is disabled in this tenant."),
        _("An Entra administrator set “Enabled for users to sign in?” to No."),
        _("Ask an Entra administrator to enable the app under Enterprise applications."),
        _portal(_("Open the app in the portal"), place, "Overview"),
    )


def secret_wrong(place: Place) -> Guidance:
    return Guidance(
        _("The client secret is not right"),
        _("Microsoft knows the app, but not this secret."),
        _("Often the secret's ID was copied instead of its Value, or the secret was deleted."),
        _("Make a new secret and copy what stands in the column “Value” right away; it is shown only once."),
        _portal(_("Open Certificates & secrets"), place, "Credentials"),
    )


def secret_is_id(place: Place) -> Guidance:
    return Guidance(
        _("The secret's ID was entered instead of its Value"),
        _("What was entered has the form of an ID, and Microsoft does not accept it as the app's secret."),
        _("The portal shows both side by side; the secret itself is the “Value”, shown right after it is made."),
        _("If the Value is no longer shown in full, make a new secret and copy its Value at once."),
        _portal(_("Open Certificates & secrets"), place, "Credentials"),
    )


def secret_expired(place: Place) -> Guidance:
    return Guidance(
        _("The client secret has expired"),
        _("The secret was right, but its time is over."),
        _("Client secrets end after at most two years, often after six months."),
        _("Make a new secret, copy its Value, and enter it here."),
        _portal(_("Open Certificates & secrets"), place, "Credentials"),
    )


def secret_required(place: Place) -> Guidance:
    return Guidance(
        _("This app needs a client secret"),
        _("The redirect URI is registered as “Web”, and for those Microsoft asks for a client secret."),
        _("The secret was left empty, or the redirect URI was added under the wrong platform."),
        _("Enter the app's client secret, or add the redirect URI under “Mobile and desktop applications” instead."),
        _edit(_("Enter the secret"), "client_secret"),
    )


def secret_not_allowed(place: Place) -> Guidance:
    return Guidance(
        _("This app must not send a client secret"),
        _("The redirect URI is registered for desktop apps, which sign in without a secret."),
        _("A secret was entered although the app is a public client."),
        _("Leave the client secret empty, or use a redirect URI that is registered as “Web”."),
        _edit(_("Remove the secret"), "client_secret"),
    )


def redirect_uri_mismatch(place: Place) -> Guidance:
    return Guidance(
        _("The redirect URI is not registered"),
        _("Microsoft only answers to addresses that are listed in the app registration, letter by letter."),
        _("The address is missing there, or differs in a letter, a slash or capital letters."),
        _("Add the redirect URI shown here to the app registration under Authentication, then sign in again."),
        _portal(_("Open Authentication"), place, "Authentication"),
    )


def redirect_uri_wrong_platform(place: Place) -> Guidance:
    return Guidance(
        _("The redirect URI is registered under the wrong platform"),
        _("It is listed as “Single-page application”, which only web pages may use."),
        _("The wrong platform was chosen when the address was added."),
        _("Remove it there, and add it under “Mobile and desktop applications”, or “Web” if the app has a secret."),
        _portal(_("Open Authentication"), place, "Authentication"),
    )


def resource_not_in_tenant(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps is not known in this tenant yet"),
        _("The directory has no entry for the service Azure DevOps."),
        _("Nobody of this tenant has used Azure DevOps so far, or the tenant is not the organization's own."),
        _("Check the tenant; then have somebody of it sign in to Azure DevOps once in a browser."),
        Action(_("Open Azure DevOps"), ActionKind.OPEN_URL, place.cloud.devops),
    )


def resource_disabled(place: Place) -> Guidance:
    return Guidance(
        _("Azure DevOps is switched off in this tenant"),
        _("The directory knows Azure DevOps, but sign-in to it is disabled there."),
        _("An Entra administrator has disabled the enterprise application “Azure DevOps”."),
        _("Ask an Entra administrator to enable “Azure DevOps” under Enterprise applications, then try again."),
        Action(_("Try again"), ActionKind.TRY_AGAIN),
    )


def permission_not_on_app(place: Place) -> Guidance:
    return Guidance(
        _("The app does not list Azure DevOps"),
        _("The app registration has no API permission for Azure DevOps."),
        _("The step “API permissions” was left out, or another API was chosen there."),
        _("Add the delegated permissions of “Azure DevOps” to the app, then sign in again."),
        _portal(_("Open API permissions"), place, "CallAnAPI"),
    )


def consent_required(place: Place) -> Guidance:
    return Guidance(
        _("Nobody has agreed to this app yet"),
        _("The app may act for a person only after that person, or an administrator, has agreed."),
        _("This is the first sign-in, or permissions were added since."),
        _("Sign in again and press Accept on the page that lists the permissions."),
        Action(_("Sign in again"), ActionKind.SIGN_IN_AGAIN),
    )


def consent_declined(place: Place) -> Guidance:
    return Guidance(
        _("The permissions were not accepted"),
        _("The sign-in ended with Cancel on the page that lists the permissions."),
        _("Without that agreement Microsoft gives no token."),
        _("Sign in again and press Accept, or ask an Entra administrator to agree for everybody."),
        Action(_("Sign in again"), ActionKind.SIGN_IN_AGAIN),
    )


def admin_consent_required(place: Place) -> Guidance:
    return Guidance(
        _("An administrator must agree first"),
        _("Your company lets only administrators agree to new apps."),
        _("The setting “User consent” is restricted in this tenant."),
        _("Send the consent page to an Entra administrator; after they accepted, sign in again."),
        Action(_("Open the consent page"), ActionKind.OPEN_URL, place.admin_consent_url()),
    )


def consent_request_pending(place: Place) -> Guidance:
    return Guidance(
        _("The request waits for an administrator"),
        _("Microsoft has sent a request for this app to your administrators, and nobody has answered it yet."),
        _("In your company only administrators agree to new apps, and they do it on request."),
        _("Wait for the mail that says it was approved, or send the consent page to an administrator; then sign in."),
        Action(_("Open the consent page"), ActionKind.OPEN_URL, place.admin_consent_url()),
    )


def scope_invalid(place: Place) -> Guidance:
    return Guidance(
        _("The permissions asked for do not exist"),
        _("Microsoft did not accept the list of permissions."),
        _("The app's API permissions may have been changed or belong to another service."),
        _("Check that the app's API permissions are those of “Azure DevOps”."),
        _portal(_("Open API permissions"), place, "CallAnAPI"),
    )


def entra_busy(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft's sign-in service is busy"),
        _("It answered that it can not work on this right now."),
        _("Such moments usually pass quickly."),
        _("Wait a minute, then try again."),
        Action(_("Try again"), ActionKind.TRY_AGAIN),
    )


def entra_unknown(place: Place) -> Guidance:
    code = place.fact("aadsts", place.fact("error", _("no code")))
    number = place.fact("aadsts", "").removeprefix("AADSTS")
    lookup = f"{place.cloud.login}/error?code={quote(number)}" if number else f"{place.cloud.login}/error"
    return Guidance(
        _("Microsoft refused the sign-in ({code})").format(code=code),
        _("Microsoft gave a reason that ADO Connect does not know yet."),
        _("The details below hold Microsoft's own words."),
        _("Look the code up on Microsoft's page, or show the details to your Entra administrator."),
        Action(_("Look the code up"), ActionKind.OPEN_URL, lookup),
    )
