"""The way through each wizard, from its card to the page of the checks or of the sign-in."""

from desktop_app.practice.seed import WEB_CALLBACK
from tests.e2e.people import EmbeddedPage
from tests.e2e.program import Program
from tests.e2e.witness import Witness


def enter_pat(program: Program, witness: Witness) -> None:
    program.start_wizard("pat")
    program.type_in("organization", "contoso")
    program.press_next()
    program.reach("CreateTokenPage")
    program.press_next()
    program.reach("TokenPage")
    program.type_in("token", witness.cloud.directory.pat("four-scopes").value)
    program.press_next()


def enter_client_secret(program: Program, witness: Witness) -> None:
    app = witness.cloud.directory.app("automation")
    program.start_wizard("client-secret")
    program.type_in("organization", "contoso")
    program.press_next()
    program.reach("RegistrationPage")
    program.press_next()
    program.reach("MembershipPage")
    program.press_next()
    program.reach("ClientSecretDetailsPage")
    program.wait_for_field("tenant")
    program.type_in("client_id", app.client_id)
    program.type_in("client_secret", app.secrets[0].value)
    program.press_next()


def open_oauth_details(program: Program) -> None:
    program.start_wizard("oauth")
    program.type_in("organization", "contoso")
    program.press_next()
    program.reach("RegistrationPage")
    program.press_next()
    program.reach("OAuthDetailsPage")
    program.wait_for_field("tenant")


def open_sign_in(program: Program, witness: Witness, app: str = "desktop") -> EmbeddedPage:
    """To the sign-in page, for the app registration with this key."""
    registration = witness.cloud.directory.app(app)
    open_oauth_details(program)
    program.type_in("client_id", registration.client_id)
    if app == "web":
        program.type_in("client_secret", registration.secrets[0].value)
        program.type_in("redirect_uri", WEB_CALLBACK)
    program.press_next()
    program.reach("SignInPage")
    return EmbeddedPage(program)
