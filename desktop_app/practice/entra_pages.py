"""The pages a person sees while signing in to the practice cloud: plain HTML that works without scripts.

Everything that came from outside is escaped; each page says that it is practice.
"""

from __future__ import annotations

from html import escape

from werkzeug.wrappers import Request, Response

from desktop_app.practice.directory import Account
from desktop_app.practice.entra_sign_in import Purpose, SignIn
from desktop_app.practice.http import hidden_fields, page
from desktop_app.practice.scopes import CONSENT_WORDS
from desktop_app.practice.state import CloudState

_SERVICE_LINE = '<p class="service">Microsoft Entra (practice cloud)</p>'


def account_picker(state: CloudState, context: str, sign_in: SignIn, hint: str = "") -> Response:
    """Pick an account. With a `hint` that is known, that account comes first and alone is emphasised."""
    hinted = state.directory.find_account(hint)
    accounts = sorted(state.directory.accounts.values(), key=lambda one: one is not hinted)
    choices = "".join(_choice(one, emphasised=one is hinted) for one in accounts)
    typed = escape(hint) if hint and hinted is None else ""
    form = f'<form method="post" action="/login">{hidden_fields({"ctx": context})}'
    body = (
        f"<main>{_SERVICE_LINE}<h1>Pick an account</h1>"
        f"<p>to continue to <strong>{escape(sign_in.app.name)}</strong></p>"
        f'{form}<ul class="choices">{choices}</ul></form>'
        f'<h2>Use another account</h2>{form}<label for="account">Email</label>'
        f'<input type="email" id="account" name="account" value="{typed}" autocomplete="off" required>'
        "<button>Next</button></form>"
        '<p class="soft">Practice accounts have no password.</p></main>'
    )
    return page("Sign in to your account", body, leads_to=sign_in.leads_to)


def _choice(account: Account, *, emphasised: bool) -> str:
    main = ' class="main" autofocus' if emphasised else ""
    return (
        f'<li><button name="account" value="{escape(account.name)}"{main}>'
        f"{escape(account.display_name)}<br>{escape(account.name)}</button></li>"
    )


def consent_page(context: str, sign_in: SignIn, account: Account) -> Response:
    """Permissions requested, in words, with Accept and Cancel."""
    asked = sign_in.app.permissions if sign_in.scopes.default else sign_in.scopes.names
    names = [*sorted(asked), *sorted(sign_in.scopes.oidc)]
    lines = "".join(
        f"<li>{escape(CONSENT_WORDS.get(name, name))} <small>({escape(name)})</small></li>" for name in names
    )
    heading, for_all = "Permissions requested", ""
    if sign_in.purpose is Purpose.ADMIN_CONSENT:
        heading = "Permissions requested: review for your organization"
    elif account.is_administrator and sign_in.tenant_for(account).id == account.home.id:
        for_all = (
            '<p><input type="checkbox" id="for_all" name="for_all" value="yes"> '
            '<label for="for_all">Consent on behalf of your organization</label></p>'
        )
    body = (
        f"<main>{_SERVICE_LINE}<p>{escape(account.name)}</p><h1>{heading}</h1>"
        f"<p><strong>{escape(sign_in.app.name)}</strong><br>"
        f'<span class="soft">{escape(sign_in.app.tenant.name)}, not verified</span></p>'
        f"<p>This app would like to:</p><ul>{lines}</ul>"
        '<form method="post" action="/consent">'
        f"{hidden_fields({'ctx': context})}{for_all}"
        "<p>Accepting these permissions means that you allow this app to use your data as it says in its terms of "
        "service and privacy statement.</p>"
        '<button class="main" name="answer" value="accept">Accept</button>'
        '<button name="answer" value="cancel">Cancel</button></form></main>'
    )
    return page("Permissions requested", body, leads_to=sign_in.leads_to)


def device_code_page(message: str = "") -> Response:
    """Where a person types the code that a device shows."""
    told = f'<p role="alert">{escape(message)}</p>' if message else ""
    body = (
        f"<main>{_SERVICE_LINE}<h1>Enter code to allow access</h1>{told}"
        "<p>Enter the code shown on your app or device to allow access. Only enter codes from sources you trust.</p>"
        '<form method="post" action="/devicelogin"><label for="otc">Code</label>'
        '<input type="text" id="otc" name="otc" autocomplete="off" required><button '
        'class="main">Next</button></form></main>'
    )
    return page("Sign in to your account", body)


def device_done_page(sign_in: SignIn, *, accepted: bool) -> Response:
    """The end of a device sign-in in the browser."""
    name = escape(sign_in.app.name)
    told = f"You have signed in to {name} on your device." if accepted else f"You declined the sign-in to {name}."
    return page(
        "Sign in to your account", f"<main>{_SERVICE_LINE}<h1>{told}</h1><p>You may now close this window.</p></main>"
    )


def native_client_page(state: CloudState, request: Request) -> Response:
    """GET /common/oauth2/nativeclient: the empty page of Microsoft's desktop redirect URI."""
    return page("Sign in to your account", f"<main>{_SERVICE_LINE}<p>You can go back to the application.</p></main>")


def signed_out_page(state: CloudState, request: Request, tenant: str) -> Response:
    """GET /{tenant}/oauth2/v2.0/logout."""
    return page("Sign out", f"<main>{_SERVICE_LINE}<h1>You signed out of your account</h1></main>")


def error_lookup_page(state: CloudState, request: Request) -> Response:
    """GET /error?code=: where error_uri leads."""
    code = request.args.get("code", "")
    body = (
        f"<main>{_SERVICE_LINE}<h1>Error AADSTS{escape(code)}</h1><p>The real page explains the error here.</p></main>"
    )
    return page("Error lookup", body)


def portal_page(state: CloudState, request: Request, rest: str = "") -> Response:
    """GET /portal: stands where the Azure portal would open."""
    apps = "".join(
        f"<li>{escape(app.name)}<br><code>{escape(app.client_id)}</code></li>" for app in state.directory.apps.values()
    )
    body = (
        '<main><p class="service">Azure portal (practice cloud)</p><h1>App registrations</h1>'
        "<p>In practice mode these apps are registered already. Their values are on the practice card in the program's "
        f"window.</p><ul>{apps}</ul></main>"
    )
    return page("App registrations", body)
